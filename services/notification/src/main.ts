import 'reflect-metadata';
import { runService } from '@tocsin/service-kit';
import { env } from './config.ts';
import { NotificationModule } from './notification.module.ts';

await runService({
  service: 'notification',
  env,
  module: (config, kit) => NotificationModule.for(config, kit),
});
