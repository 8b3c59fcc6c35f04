import 'reflect-metadata';
import { runService, tellSupervisor } from '@tocsin/service-kit';
import { env } from './config.ts';
import { IngestionModule } from './ingestion.module.ts';

await runService({ service: 'ingestion', env, module: (config) => IngestionModule.for(config, tellSupervisor) });
