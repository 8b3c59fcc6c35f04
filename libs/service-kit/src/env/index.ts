export { baseEnv, logEnv, type BaseConfig } from './base-env.ts';
export { defineEnv, EnvFault, EXIT_MISCONFIGURED, joinEnv, type Env, type EnvOf } from './define-env.ts';
export { printEnvExample, printEnvReference, type EnvSection } from './print-env.ts';
export type { Setting, Settings } from './setting.ts';
