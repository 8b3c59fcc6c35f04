import { base } from './jest.base.config.js';

/** Unit and property tests: they live beside the code, need nothing but Node, and take seconds. */
export default {
  ...base,
  // An ES module that a file has loaded stays in memory for as long as its process lives (jest issue 14605), so a worker
  // that has grown gives way to a new one. Without workers all files together outgrow the heap.
  workerIdleMemoryLimit: '1GB',
  testMatch: ['<rootDir>/{libs,services,apps,tools,scenarios}/**/{src,simulation}/**/*.spec.ts'],
};
