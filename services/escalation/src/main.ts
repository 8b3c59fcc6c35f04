import { runService } from '@tocsin/service-kit';
import { env } from './config.ts';
import { EscalationModule } from './escalation.module.ts';

await runService({ service: 'escalation', env, module: (config) => EscalationModule.for(config) });
