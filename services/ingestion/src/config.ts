import { baseEnv, configEnv, defineEnv, joinEnv, type EnvOf } from '@tocsin/service-kit';

/** What this service reads from the environment. */
export const env = joinEnv(
  joinEnv(baseEnv, configEnv),
  defineEnv({
    INSTANTS_PER_SECOND: {
      type: 'int',
      min: 1,
      max: 20_000,
      default: 200,
      help: 'How many moments of recorded history the virtual clock jumps to in a second, at most.',
    },
    HISTORY: {
      type: 'choice',
      of: ['recorded', 'soak'],
      default: 'recorded',
      help: 'Which history the accelerated clock plays: the recorded one, or a simulated day on which everything goes wrong.',
    },
    SOAK_SEED: {
      type: 'int',
      min: 0,
      max: 1_000_000,
      default: 1,
      help: 'Which simulated day is played as the soak: the same number, the same day.',
    },
    SIMULATED_PAIRS: {
      type: 'int',
      min: 1,
      max: 200,
      default: 1,
      help: 'How many simulated pairs are played: EURUSD, and others made up like it, for load.',
    },
  }),
);

export type IngestionConfig = EnvOf<typeof env>;
