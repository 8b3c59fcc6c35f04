import 'reflect-metadata';
import { runService } from '@tocsin/service-kit';
import { AnalysisModule } from './analysis.module.ts';
import { env } from './config.ts';

await runService({ service: 'analysis', env, module: (config) => AnalysisModule.for(config) });
