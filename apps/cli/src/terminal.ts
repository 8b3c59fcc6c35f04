import { createInterface } from 'node:readline/promises';

/** Whom a command speaks with. What it found goes to `say`; how it is getting on, and what is wrong, to `tell`. */
export interface Terminal {
  /** A line of the result, on standard output. */
  say(line: string): void;
  /** A line beside the result, on standard error. */
  tell(line: string): void;
  /** Rewrites the last line of standard error, where a person watches; else does nothing. */
  show(line: string): void;
  /** Asks a person and returns the answer; null where nobody is there to answer. */
  ask(question: string): Promise<string | null>;
}

const CLEAR_LINE = '\r\u001b[K';

/** The terminal, or the pipe, that this process was started on. */
export function ownTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  let isShowing = false;
  const clear = (): void => {
    if (isShowing) stderr.write(CLEAR_LINE);
    isShowing = false;
  };
  return {
    say: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    tell: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    show: (line) => {
      if (!stderr.isTTY) return;
      stderr.write(`${CLEAR_LINE}${line.slice(0, Math.max(20, stderr.columns - 1))}`);
      isShowing = true;
    },
    ask: async (question) => {
      clear();
      if (!stdin.isTTY || !stderr.isTTY) return null;
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}
