import { baseEnv, defineEnv, joinEnv, type EnvOf } from '@tocsin/service-kit';

/** What this service reads from the environment. */
export const env = joinEnv(
  baseEnv,
  defineEnv({
    INSTANTS_PER_SECOND: {
      type: 'int',
      min: 1,
      max: 20_000,
      default: 200,
      help: 'How many moments of recorded history the virtual clock jumps to in a second, at most.',
    },
  }),
);

export type IngestionConfig = EnvOf<typeof env>;
