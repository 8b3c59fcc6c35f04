import { defineEnv } from '../env/define-env.ts';

/** The setting of every service that acts on the configuration file. */
export const configEnv = defineEnv({
  TOCSIN_CONFIG: {
    type: 'file',
    optional: true,
    help: 'The configuration file, tocsin.config.json: what is watched on the wall clock, and who may tell us things.',
  },
});
