import { configEnv, defineEnv, joinEnv, type BaseConfig, type EnvOf } from '@tocsin/service-kit';

/** What this service reads from the environment beside what every service does. */
export const env = joinEnv(
  configEnv,
  defineEnv({
    RATE_LIMIT_PER_MINUTE: {
      type: 'int',
      min: 1,
      max: 10_000_000,
      default: 60_000,
      help: 'How many requests one address may make in a minute. Beyond that it is answered 429.',
    },
    RATE_LIMIT_BURST: {
      type: 'int',
      min: 1,
      max: 1_000_000,
      default: 2_000,
      help: 'How many of them one address may make at once.',
    },
    READ_CONNECTIONS_MAX: {
      type: 'int',
      min: 1,
      max: 200,
      default: 8,
      help: 'Connections to PostgreSQL for answering; steps have their own.',
    },
    SECRETS_DIRECTORY: {
      type: 'path',
      optional: true,
      help: 'Where secrets of channels that come in by the API are kept, a file each. Without it they are refused.',
    },
  }),
);

export type QueryConfig = EnvOf<typeof env> & BaseConfig;
