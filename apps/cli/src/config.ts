import { defineEnv, type EnvOf } from '@tocsin/service-kit/env';

/** What the command line reads. Without addresses it looks for a running `npm start`. */
export const env = defineEnv({
  TOCSIN_URL: {
    type: 'url',
    schemes: ['http', 'https'],
    optional: true,
    help: 'Where the API is, such as http://127.0.0.1:8080. Without it: the npm start that runs on TOCSIN_DATA.',
  },
  TOCSIN_TENANT: {
    type: 'text',
    pattern: /^[a-z0-9][a-z0-9-]{0,31}$/,
    optional: true,
    help: 'For which tenant something is asked and decided; what everybody shares, unless said.',
  },
  NATS_URL: {
    type: 'url',
    schemes: ['nats', 'tls', 'ws', 'wss'],
    optional: true,
    help: 'Where the event log lives. Without this and DATABASE_URL: the npm start that runs on TOCSIN_DATA.',
  },
  DATABASE_URL: {
    type: 'url',
    schemes: ['postgres', 'postgresql'],
    optional: true,
    help: 'Where the services keep their state, a schema for each.',
  },
  NATS_REPLICAS: {
    type: 'choice',
    of: ['1', '3'],
    default: '1',
    help: 'How many servers keep a stream that is made again, where there is none to take the number from.',
  },
  TOCSIN_DATA: {
    type: 'path',
    default: '.tocsin',
    help: 'The folder of a running npm start, and for what a repair saves.',
  },
});

export type CliConfig = EnvOf<typeof env>;
