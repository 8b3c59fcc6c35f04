import { ContractViolation } from '@tocsin/domain-kit';
import { readConfigFile } from '@tocsin/service-kit';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, watch, type FSWatcher } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { filesOf, readConfiguration, type Configuration } from './configuration.ts';
import type { KnownProviders } from './known-providers.ts';

export type WatchOptions = {
  readonly path: string;
  readonly known: KnownProviders;
  /** There is another version, or a broken one was taken back. */
  readonly onChange: (configuration: Configuration) => void;
  /** A new version is broken, for the reason given; the old one stays in force. Said once for each broken version. */
  readonly onProblem: (problem: ContractViolation) => void;
  /** An editor saves in several steps: this long after the last of them the files are read. */
  readonly settleMs?: number;
  /** For file systems that tell nobody of changes, such as some of those that are mounted over a network. */
  readonly pollMs?: number;
};

const SETTLE_MS = 250;
const POLL_MS = 30_000;

/**
 * Keeps the configuration up to date: reads it again when the file changes, or a calendar or a key that it names, and
 * on SIGHUP. Folders are watched, not files, because editors and orchestrators put a new file in the old one's place.
 */
export class ConfigurationWatch {
  readonly #options: WatchOptions;
  readonly #path: string;
  readonly #poll: NodeJS.Timeout;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onHangup = (): void => {
    this.#look({ isAsked: true });
  };
  #configuration: Configuration;
  #files: readonly string[];
  /** Of the newest version that was read, good or broken. */
  #fingerprint: string;
  #settling: NodeJS.Timeout | undefined;

  /** @throws {ContractViolation} when the first version is broken: there is none to stay in force. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#path = resolve(options.path);
    this.#files = this.#namedFiles([]);
    this.#fingerprint = fingerprintOf(this.#files);
    this.#configuration = readConfiguration(this.#path, options.known);
    this.#watchFolders();
    this.#poll = setInterval(() => {
      this.#look({ isAsked: false });
    }, options.pollMs ?? POLL_MS).unref();
    process.on('SIGHUP', this.#onHangup);
  }

  /** The newest version that is not broken. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  stop(): void {
    process.off('SIGHUP', this.#onHangup);
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Reads what there is, if it is another version than the newest that was read, or if somebody asks for it. */
  #look({ isAsked }: { readonly isAsked: boolean }): void {
    this.#files = this.#namedFiles(this.#files);
    const fingerprint = fingerprintOf(this.#files);
    if (fingerprint === this.#fingerprint && !isAsked) return;
    this.#fingerprint = fingerprint;
    this.#watchFolders();
    try {
      this.#configuration = readConfiguration(this.#path, this.#options.known);
    } catch (error) {
      if (!(error instanceof ContractViolation)) throw error;
      this.#options.onProblem(error);
      return;
    }
    this.#options.onChange(this.#configuration);
  }

  /** The files that count; those of the version before where the file itself does not say which. */
  #namedFiles(before: readonly string[]): readonly string[] {
    try {
      return [this.#path, ...filesOf(readConfigFile(this.#path))];
    } catch (error) {
      if (!(error instanceof ContractViolation)) throw error;
      return before.length > 0 ? before : [this.#path];
    }
  }

  #watchFolders(): void {
    const folders = new Set(this.#files.map((file) => dirname(file)));
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) {
      // A folder that is not there yet is looked after by the poll.
      if (this.#watchers.has(folder) || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
      const watcher = watch(folder, { persistent: false }, () => {
        this.#settle();
      });
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    }
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#look({ isAsked: false });
    }, this.#options.settleMs ?? SETTLE_MS).unref();
  }
}

/** Another one when a file was written, even with the same text: the age of a key is the age of its file. */
function fingerprintOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(editionOf(file));
  return hash.digest('hex');
}

function editionOf(file: string): string {
  try {
    return `${statSync(file).mtimeMs}\n${readFileSync(file, 'utf8')}\n`;
  } catch {
    return 'absent\n'; // Whoever needs the file says so when it is read.
  }
}
