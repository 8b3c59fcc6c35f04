export { configEnv } from './config-file/config-env.ts';
export { readConfigFile, readJson, refuseConfig } from './config-file/config-file.ts';
export * from './env/index.ts';
export { errorChain, explain } from './logger/error-chain.ts';
export { openLogger } from './logger/logger.ts';
export { registerGauge } from './metrics/gauge.ts';
export { KitModule, LOGGER, METRICS, type Kit } from './service/kit.module.ts';
export { openService, type RunningService, type ServicePlan } from './service/open-service.ts';
export { runService, tellSupervisor } from './service/run-service.ts';
