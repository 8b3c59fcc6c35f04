/** Says a line to the person at the terminal. */
export const say = (line) => process.stdout.write(`${line}\n`);

/** Measures what the phases of a start take, in seconds with two decimals. */
export function stopwatch() {
  const startedAt = performance.now();
  const seconds = (ms) => Math.round(ms / 10) / 100;
  return {
    sinceStart: () => seconds(performance.now() - startedAt),
    async measure(work) {
      const from = performance.now();
      const result = await work();
      return [result, seconds(performance.now() - from)];
    },
  };
}

/** A reason to end the start that a person understands without a stack, and the exit code that goes with it. */
export class CannotStart extends Error {
  constructor(message, exitCode = 1, options = {}) {
    super(message, options);
    this.name = 'CannotStart';
    this.exitCode = exitCode;
  }
}
