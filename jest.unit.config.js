import { base } from './jest.base.config.js';

/** Unit and property tests: they live beside the code, need nothing but Node, and take seconds. */
export default {
  ...base,
  testMatch: ['<rootDir>/{libs,services,apps,tools,scenarios}/**/{src,simulation}/**/*.spec.ts'],
};
