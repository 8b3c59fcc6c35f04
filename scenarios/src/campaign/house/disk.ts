import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CHUNK = Buffer.alloc(8 * 1_024 * 1_024, 1);

/** A disk of its own for the log, in memory, so that it can be full without anybody else's being so. */
export class Disk {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Returns null where this process may not mount anything. */
  static async mount(directory: string, megabytes: number): Promise<Disk | null> {
    mkdirSync(directory, { recursive: true });
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tocsin-faults', directory]);
      return new Disk(directory);
    } catch {
      return null; // No root, no Linux, or a container that forbids it: whoever asked says so.
    }
  }

  /** Takes all the room that is left. */
  async fill(): Promise<void> {
    const ballast = await open(this.#ballast, 'w');
    try {
      for (;;) await ballast.write(CHUNK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await ballast.close();
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', ['-l', this.#directory]);
  }

  get #ballast(): string {
    return join(this.#directory, 'ballast');
  }
}
