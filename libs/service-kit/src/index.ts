export { baseEnv, logEnv, type BaseConfig } from './env/base-env.ts';
export { defineEnv, EnvFault, EXIT_MISCONFIGURED, joinEnv, type Env, type EnvOf } from './env/define-env.ts';
export { printEnvExample, printEnvReference, type EnvSection } from './env/print-env.ts';
export type { Setting, Settings } from './env/setting.ts';
export { errorChain, explain } from './logger/error-chain.ts';
export { openLogger } from './logger/logger.ts';
export { KitModule, LOGGER, METRICS, type Kit } from './service/kit.module.ts';
export { openService, type RunningService, type ServicePlan } from './service/open-service.ts';
export { runService } from './service/run-service.ts';
