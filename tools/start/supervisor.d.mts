/** A process that is to be kept running: what it runs, and what it is told. */
export interface ProcessPlan {
  readonly name: string;
  /** Below the folder of the workspace. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A process as it is now; its `url` is null until it has said that it is open. */
export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
  readonly mark: string;
  readonly url: string | null;
}

/** Keeps processes running: starts one again when it dies, waiting twice as long each time, and ends them in order. */
export class Supervisor {
  constructor(options: {
    readonly say: (line: string) => void;
    /** Told of a process that says that starting it again cannot help. */
    readonly onHopeless: (why: string) => void;
    readonly onChange: () => void;
    /** The folder for what the processes cry out; by default that of `npm start`. */
    readonly logs?: string;
  });
  start(plan: ProcessPlan): void;
  /** The processes that run, each by the name of its plan. */
  get processes(): readonly WatchedProcess[];
  /** Waits until each of these has said that it is open. @throws {Error} when one does not in time. */
  untilOpen(names: readonly string[], withinMs: number, signal: AbortSignal): Promise<void>;
  /** Lets all of these drain at the same time, and returns when they are gone. */
  stop(names: readonly string[]): Promise<void>;
}
