import { base } from './jest.base.config.js';

/** Tests on real servers: each file opens its own nats-server and its own database on the PostgreSQL started here. */
export default {
  ...base,
  testMatch: [
    '<rootDir>/{libs,services,apps,tools,scenarios}/**/test/**/*.int-spec.ts',
    '<rootDir>/scenarios/**/*.scenario.ts',
  ],
  globalSetup: '<rootDir>/tools/jest/servers-up.mjs',
  globalTeardown: '<rootDir>/tools/jest/servers-down.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
};
