/** A server that this process started, and that ends with it, however this process ends. */
export interface RunningServer {
  /** How clients reach it; for PostgreSQL with its role, password and database. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Ends it in order; its data stay. */
  stop(): Promise<void>;
  /** SIGKILL: what a power cut leaves, less the loss of what the disk had not written. */
  kill(): Promise<void>;
}

export interface NatsServerBinary {
  readonly path: string;
  /** Such as `2.9.10`. */
  readonly version: string;
  readonly from: 'environment' | 'path' | 'cache' | 'release' | 'debian' | 'go';
}

/** No way of finding or fetching a nats-server worked; the last line of the message is what to type. */
export class NoNatsServer extends Error {
  readonly exitCode: 3;
}

/** A server ended or stayed silent before it answered; the message ends with the end of its own log. */
export class ServerDidNotStart extends Error {
  readonly logTail: string;
}

/**
 * Returns a nats-server that runs here: the one that NATS_SERVER_BIN names, one that is installed, the copy in
 * `cacheDir`, or else one that is fetched into `cacheDir` now.
 * @throws {NoNatsServer}
 */
export function findNatsServer(options: {
  readonly cacheDir: string;
  /** `any` by default; `floor` is the oldest that is taken, `current` is 2.12 or newer. */
  readonly edition?: 'any' | 'floor' | 'current';
  readonly say?: (line: string) => void;
}): Promise<NatsServerBinary>;

/** Starts a nats-server with JetStream, its files under `dir`, and returns when JetStream answers. */
export function startNats(options: {
  readonly dir: string;
  /** A free one by default. */
  readonly port?: number;
  /** Taken where it is free. */
  readonly preferredPort?: number;
  /** Further lines of nats-server configuration. */
  readonly config?: string;
  /** By default the binary that TOCSIN_NATS_SERVER names, else what `findNatsServer` finds. */
  readonly bin?: string;
  /**
   * Have every message on the disk before it is acknowledged, where the server can (2.10). By default as
   * TOCSIN_NATS_SYNC says, else at the server's own leisure: nothing here depends on it, and it costs most of its speed.
   */
  readonly sync?: 'always';
  /** Seconds that the server outlives a killed owner, for others who still drain. Default 0. */
  readonly orphanGraceS?: number;
}): Promise<RunningServer>;

/** The PostgreSQL that npm brought for this platform, where the user it will run as can reach it. */
export function findPostgres(): { readonly initdb: string; readonly postgres: string; readonly version: string };

/** Starts a PostgreSQL, everything of it in `dir`, and returns when it answers. */
export function startPostgres(options: {
  readonly dir: string;
  /** A free one by default. */
  readonly port?: number;
  /** Such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly orphanGraceS?: number;
}): Promise<RunningServer & { readonly version: string }>;

/** Creates a database of a new name on the server that `url` leads to. */
export function createDatabase(url: string): Promise<{ readonly url: string; drop(): Promise<void> }>;

/** A port of the loopback address that nothing listens on at this moment. */
export function freePort(): Promise<number>;

/** Whether nothing listens on the port of the loopback address. */
export function isFree(port: number): Promise<boolean>;

/** Removes the folder of a server that has stopped, wherever its data really were. */
export function forget(dir: string): void;

/** Whether a process of this id runs. */
export function isAlive(pid: number): boolean;

/** The command line of a process, or '' where there is none. */
export function commandOf(pid: number): string;

/** Asks a process to end by one signal after the other, at last by SIGKILL, and waits until it is gone. */
export function end(pid: number, signals: readonly NodeJS.Signals[], patienceMs?: number): Promise<void>;
