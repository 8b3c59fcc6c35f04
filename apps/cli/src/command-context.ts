import type { Progress } from '@tocsin/event-log';
import type { Api } from './api/api.ts';
import type { CliConfig } from './config.ts';
import type { StackAddress } from './stack.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given. */
export type CommandContext = {
  readonly terminal: Terminal;
  readonly config: CliConfig;
  readonly progress: Progress;
  /** @throws {UsageFault} when no stack is meant, or half of one. */
  readonly findStack: () => StackAddress;
  /** @throws {UsageFault} when no API is meant. */
  readonly findApi: () => Api;
};

/** Runs a command's work to its exit code. */
export type Run = (work: (context: CommandContext) => Promise<number>) => Promise<void>;
