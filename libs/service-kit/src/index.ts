export { baseEnv, type BaseConfig } from './env/base-env.ts';
export { defineEnv, EnvFault, EXIT_MISCONFIGURED, joinEnv, type Env, type EnvOf } from './env/define-env.ts';
export { printEnvExample, printEnvReference, type EnvSection } from './env/print-env.ts';
export type { Setting, Settings } from './env/setting.ts';
