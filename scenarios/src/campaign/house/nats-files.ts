import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { streamOf, type ServiceName } from '@tocsin/contracts';

/** The files in which a stopped nats-server keeps the lanes. */
export class NatsFiles {
  readonly #streams: string;

  /** `store` is the server's `store_dir`. */
  constructor(store: string) {
    this.#streams = join(store, 'jetstream', '$G', 'streams');
  }

  /** Copies a lane as it is now. */
  copyTo(directory: string, service: ServiceName): void {
    const copy = join(directory, streamOf(service));
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    cpSync(this.#of(service), copy, { recursive: true });
  }

  /** Puts a copy in a lane's place. Returns false when there is none. */
  restoreFrom(directory: string, service: ServiceName): boolean {
    const copy = join(directory, streamOf(service));
    if (!existsSync(copy)) return false;
    rmSync(this.#of(service), { recursive: true });
    cpSync(copy, this.#of(service), { recursive: true });
    return true;
  }

  /** What a disk that lied about its last writes leaves: the newest block ends early, and no index knows better. */
  cutTail(service: ServiceName, bytes: number): void {
    const newest = this.blocks(service).at(-1);
    if (newest === undefined) return;
    truncateSync(newest, Math.max(0, statSync(newest).size - bytes));
    this.dropIndexes(service);
  }

  /** Flips one bit of the first stored message that holds `text`. @throws {Error} when none does. */
  flipBit(service: ServiceName, text: string): void {
    for (const block of this.blocks(service)) {
      const bytes = readFileSync(block);
      const at = bytes.indexOf(text);
      if (at < 0) continue;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(block, bytes);
      return;
    }
    throw new Error(`no block of ${streamOf(service)} holds ${text}`);
  }

  /** Leaves the stream, and none of its messages. */
  empty(service: ServiceName): void {
    for (const block of this.blocks(service)) rmSync(block);
    this.dropIndexes(service);
  }

  /** Makes the server read its blocks again when it starts. */
  dropIndexes(service: ServiceName): void {
    const directory = join(this.#of(service), 'msgs');
    for (const name of readdirSync(directory)) if (!name.endsWith('.blk')) rmSync(join(directory, name));
  }

  /** The files that hold the messages, oldest first. */
  blocks(service: ServiceName): readonly string[] {
    const directory = join(this.#of(service), 'msgs');
    return readdirSync(directory)
      .filter((name) => name.endsWith('.blk'))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .map((name) => join(directory, name));
  }

  #of(service: ServiceName): string {
    return join(this.#streams, streamOf(service));
  }
}
