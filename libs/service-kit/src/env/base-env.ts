import { defineEnv, joinEnv, type EnvOf } from './define-env.ts';

/** Where the log and its database are: what a service has to know, and the set-up that makes both ready for it. */
export const logEnv = defineEnv({
  NATS_URL: { type: 'url', schemes: ['nats', 'tls', 'ws', 'wss'], help: 'Where the event log lives.' },
  DATABASE_URL: {
    type: 'url',
    schemes: ['postgres', 'postgresql'],
    help: 'Where the service keeps its state; each service has a schema of its own there.',
  },
  NATS_REPLICAS: {
    type: 'choice',
    of: ['1', '3'],
    default: '1',
    help: 'How many servers of a cluster keep each lane; every service and the set-up say the same.',
  },
});

/** The settings that every service has: where its log is, who it is, and how it can be looked at. */
export const baseEnv = joinEnv(
  logEnv,
  defineEnv({
    TOCSIN_INSTANCE: {
      type: 'text',
      pattern: /^[a-z0-9-]{1,48}$/,
      optional: true,
      help: 'The name of this process among those of its service; a restarted one keeps it. Without it: <service>-0.',
    },
    TOCSIN_CLOCK: {
      type: 'choice',
      of: ['wall', 'accelerated'],
      default: 'wall',
      help: 'Whose time the service lives by: the wall clock, or the recorded history that ingestion plays.',
    },
    TOCSIN_DATA: { type: 'path', default: '.tocsin', help: 'The folder for files: archives of the log, for one.' },
    HTTP_HOST: {
      type: 'text',
      default: '127.0.0.1',
      help: 'The address on which health, metrics and the API are served.',
    },
    HTTP_PORT: {
      type: 'int',
      min: 0,
      max: 65_535,
      help: 'The port of health, metrics and the API; 0 takes a free one.',
    },
    LOG_LEVEL: {
      type: 'choice',
      of: ['debug', 'info', 'warn', 'error', 'silent'],
      default: 'info',
      help: 'What is worth a line of log.',
    },
    LOG_FILE: {
      type: 'path',
      optional: true,
      help: 'A file that gets the log too; it is rotated at 16 MiB, five are kept.',
    },
  }),
);

export type BaseConfig = EnvOf<typeof baseEnv>;
