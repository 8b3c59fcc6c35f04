import type { TocsinConfig } from '@tocsin/contracts';
import { ContractViolation } from '@tocsin/domain-kit';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bitcoin, ConfigFolder, known } from '../../../test/config-folder.ts';
import { ConfigurationWatch, type WatchOptions } from './configuration-watch.ts';
import type { Configuration } from './configuration.ts';

const GIVE_UP_AFTER_MS = 10_000;
const NEVER_MS = 2_000_000_000;

/** Waits until something holds; the watched files change by themselves, so there is nothing else to wait for. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`it never came to it that ${what}`);
    await pause(5);
  }
}

const xetra = readFileSync(
  new URL('../../../../../proto-schemas/policy/calendar.good/xetr.json', import.meta.url),
  'utf8',
);
const daily = { ...bitcoin, timeframe: '1d' } as const;

describe('a configuration that is watched', () => {
  let files: ConfigFolder;
  let watch: ConfigurationWatch | undefined;
  let changes: Configuration[];
  let problems: string[];
  beforeEach(() => {
    files = new ConfigFolder();
    changes = [];
    problems = [];
  });
  afterEach(() => {
    watch?.stop();
    files.remove();
  });

  /** Without a poll unless a test wants one, so that a test sees whether the folders are really watched. */
  function open(config: TocsinConfig, options: Partial<WatchOptions> = {}): ConfigurationWatch {
    watch = new ConfigurationWatch({
      path: files.write(config),
      known,
      onChange: (configuration) => changes.push(configuration),
      onProblem: ({ message }) => problems.push(message),
      settleMs: 20,
      pollMs: NEVER_MS,
      ...options,
    });
    return watch;
  }
  const pairs = (): string[] | undefined => changes.at(-1)?.feeds.map(({ pair }) => pair);

  it('is there at once, and does not begin when it is broken', () => {
    expect(open({ feeds: [bitcoin] }).configuration.feeds).toHaveLength(1);
    expect(changes).toEqual([]);
    const broken = { feeds: [{ ...bitcoin, calendar: 'NONE' }] };
    expect(() => open(broken)).toThrow(ContractViolation);
    expect(process.listenerCount('SIGHUP')).toBe(1);
  });

  it('changes with its file', async () => {
    const { configuration: first } = open({ feeds: [bitcoin] });
    files.write({ feeds: [bitcoin, daily] });
    await until(() => changes.length > 0, 'the file was read again');
    expect(pairs()).toEqual(['BTC=2DUSD-1h', 'BTC=2DUSD-1d']);
    expect(first.feeds).toHaveLength(1);
    expect(watch?.configuration).toBe(changes.at(-1));
  });

  it('changes when another file takes the place of its own, as editors and orchestrators do it', async () => {
    open({ feeds: [bitcoin] });
    renameSync(files.put('.tocsin.config.json.swp', { feeds: [daily] }), files.path);
    await until(() => pairs()?.join() === 'BTC=2DUSD-1d', 'the new file was read');
    rmSync(files.path);
    symlinkSync(files.put('other.json', { feeds: [bitcoin] }), files.path);
    await until(() => pairs()?.join() === 'BTC=2DUSD-1h', 'the linked file was read');
  });

  it('changes with a calendar and a key that it names, also with those that a newer version names', async () => {
    files.put('calendars/xetr.json', xetra);
    const key = files.put('keys/polygon', 'old');
    const config: TocsinConfig = {
      feeds: [{ ...bitcoin, providers: ['polygon'], calendar: 'XETR' }],
      providers: { polygon: { keyFile: 'keys/polygon' } },
      calendars: [{ file: 'calendars/xetr.json' }],
    };
    open(config);
    const keyOf = (): unknown => changes.at(-1)?.providers.get('polygon')?.key;

    files.put('calendars/xetr.json', xetra.replace('"2027.1"', '"2027.2"'));
    await until(() => changes.at(-1)?.calendars.of('XETR').version === '2027.2', 'the calendar was read again');
    expect(changes.at(-1)?.feeds).toMatchObject([{ calendarVersion: '2027.2' }]);
    files.put('keys/polygon', 'new');
    await until(() => keyOf() === 'new', 'the key was read again');
    utimesSync(key, 0, 0);
    await until(
      () => changes.at(-1)?.providers.get('polygon')?.keySince === '1970-01-01T00:00:00.000Z',
      'the age of the key was read again',
    );

    files.put('elsewhere/key', 'third');
    files.write({ ...config, providers: { polygon: { keyFile: 'elsewhere/key' } } });
    await until(() => keyOf() === 'third', 'the other key was read');
    files.put('elsewhere/key', 'fourth');
    await until(() => keyOf() === 'fourth', 'the other key was read again');
    expect(problems).toEqual([]);
  });

  it('stays as it was when a new version is broken, which is said once, until it is mended', async () => {
    const { configuration } = open({ feeds: [bitcoin] });
    files.put('tocsin.config.json', '{ "feeds": [');
    await until(() => problems.length > 0, 'the problem was told');
    expect(problems).toEqual([`${files.path} is not JSON`]);
    expect(watch?.configuration).toBe(configuration);

    files.write({ feeds: [{ ...bitcoin, providers: ['polygon'] }], providers: { polygon: { keyFile: 'keys/late' } } });
    await until(() => problems.length > 1, 'the next problem was told');
    expect(problems[1]).toContain('/providers/polygon/keyFile names');
    expect(changes).toEqual([]);

    files.write({ feeds: [bitcoin] });
    await until(() => changes.length > 0, 'the old version was taken for good again');
    expect(changes.at(-1)).toEqual(configuration);
    expect(problems).toHaveLength(2);
  });

  it('is polled where nobody tells of changes: a key in a folder that was not there', async () => {
    open({ feeds: [] }, { pollMs: 10 });
    files.write({ feeds: [{ ...bitcoin, providers: ['polygon'] }], providers: { polygon: { keyFile: 'keys/late' } } });
    await until(() => problems.length > 0, 'the key was missed');
    mkdirSync(join(files.folder, 'keys'));
    files.put('keys/late', 's3cret');
    await until(() => changes.length > 0, 'the key was found');
    expect(changes.at(-1)?.providers.get('polygon')?.key).toBe('s3cret');
  });

  it('is not read again for a file in the same folder that is none of its own', async () => {
    open({ feeds: [bitcoin] });
    files.put('notes.txt', 'nothing');
    files.write({ feeds: [daily] });
    await until(() => pairs()?.join() === 'BTC=2DUSD-1d', 'the file was read again');
    files.put('notes.txt', 'nothing else');
    files.write({ feeds: [bitcoin] });
    await until(() => pairs()?.join() === 'BTC=2DUSD-1h', 'the file was read again');
    expect(changes).toHaveLength(2);
  });

  it('is read again on SIGHUP, and never after it was stopped', () => {
    open({ feeds: [bitcoin] }, { settleMs: NEVER_MS });
    process.emit('SIGHUP', 'SIGHUP');
    files.put('tocsin.config.json', 'broken');
    process.emit('SIGHUP', 'SIGHUP');
    watch?.stop();
    expect(process.listenerCount('SIGHUP')).toBe(0);
    expect([changes.length, problems.length]).toEqual([1, 1]);
  });
});
