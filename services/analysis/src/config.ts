import { defineEnv, type BaseConfig, type EnvOf } from '@tocsin/service-kit';

/** What this service reads from the environment, besides what every service reads. */
export const env = defineEnv({
  ML_WEIGHT_PERCENT: {
    type: 'int',
    min: 0,
    max: 100,
    default: 30,
    help: "The model's share of the composite score; the rules have the rest. Without a model they have all of it.",
  },
  WINDOWS_IN_MEMORY: {
    type: 'int',
    min: 1,
    max: 20_000,
    default: 2_000,
    help: 'How many pairs keep their bars in memory, about 100 KB each. Others are read from the table for every bar.',
  },
});

export type AnalysisConfig = EnvOf<typeof env> & BaseConfig;
