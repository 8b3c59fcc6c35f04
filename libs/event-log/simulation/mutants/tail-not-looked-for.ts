import type { Mutant } from './mutant.ts';

export const tailNotLookedFor: Mutant = {
  name: 'tail not looked for after a reconnect',
  defect: 'An idle lane does not compare itself with a server that was away and has come back poorer.',
  edits: [
    {
      file: 'lane/relay.js',
      find: 'streams.onReconnected(() => {\n            this.#reconnections += 1;\n            this.#isAligned = false;',
      replace: 'streams.onReconnected(() => {',
    },
    { file: 'lane/relay.js', find: 'if (!(await this.#findsLogAsLeft()))', replace: 'if (false)' },
  ],
};
