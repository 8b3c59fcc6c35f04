import type { Log } from '@tocsin/event-log';
import { MemoryLog } from '../../../test/memory-log.ts';
import { shortFeed } from '../../../test/short-feed.ts';
import type { HistoricFeed } from '../../histories.ts';
import { calendars } from '../../../test/feed-words.ts';
import { feedEntity } from '../../feed.entity.ts';
import { Timekeeper } from './timekeeper.ts';

const ground = { entity: feedEntity(calendars), calendars };

/** Collects what is logged; `until` resolves with the first line that begins with a text. */
class Lines implements Log {
  readonly all: string[] = [];
  #waiting: { readonly start: string; readonly resolve: () => void }[] = [];

  readonly #take = (_fields: object, line: string): void => {
    this.all.push(line);
    for (const { resolve } of this.#waiting.filter(({ start }) => line.startsWith(start))) resolve();
    this.#waiting = this.#waiting.filter(({ start }) => !line.startsWith(start));
  };
  readonly debug = this.#take;
  readonly info = this.#take;
  readonly warn = this.#take;
  readonly error = this.#take;

  until(start: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ start, resolve });
    });
  }
}

/** For a machine that is busy. */
const PATIENCE_MS = 30_000;

const ENDED = 'the recorded history has come to its end';

async function lived(
  log: MemoryLog,
  feed: HistoricFeed,
  instantsPerSecond = 20_000,
): Promise<{ lines: Lines; beats: number; ms: number }> {
  const lines = new Lines();
  let beats = 0;
  const options = { eventLog: log, feeds: [feed], ...ground, instantsPerSecond, log: lines, beat: () => (beats += 1) };
  const timekeeper = new Timekeeper(options);
  const ended = lines.until(ENDED);
  const startedMs = performance.now();
  timekeeper.onApplicationBootstrap();
  await ended;
  const ms = performance.now() - startedMs;
  await timekeeper.onModuleDestroy();
  return { lines, beats, ms };
}

describe('the time-keeper', () => {
  it(
    'plays history to its end, says so, and stops quietly',
    async () => {
      const log = new MemoryLog();
      const { lines, beats } = await lived(log, shortFeed());
      expect(lines.all).toEqual(['virtual time begins', ENDED]);
      expect(beats).toBeGreaterThan(0);
      expect(log.kept.at(-1)?.event.type).toBe('FeedPaused');
    },
    PATIENCE_MS,
  );

  it(
    'says each fact once, although steps fail before they commit and after',
    async () => {
      const feed = shortFeed();
      const [smooth, rough] = [new MemoryLog(), new MemoryLog()];
      await lived(smooth, feed, 60);
      rough.failures.push(
        'before-commit',
        'after-commit',
        'none',
        'after-commit',
        'before-commit',
        'none',
        'after-commit',
      );
      const { lines } = await lived(rough, feed, 60);
      expect(rough.kept).toEqual(smooth.kept);
      expect(lines.all.filter((line) => line.startsWith('virtual time could not go on'))).toHaveLength(5);
      expect(lines.all.filter((line) => line === 'virtual time goes on').length).toBeGreaterThan(1);
    },
    PATIENCE_MS,
  );

  it(
    'keeps its pace',
    async () => {
      const { ms } = await lived(new MemoryLog(), shortFeed(), 100);
      expect(ms).toBeGreaterThan(300); // 41 moments at 100 a second.
    },
    PATIENCE_MS,
  );

  it(
    'drives nothing while another instance holds the lane',
    async () => {
      const log = new MemoryLog();
      log.tenure = null;
      const lines = new Lines();
      const timekeeper = new Timekeeper({
        ...ground,
        eventLog: log,
        feeds: [shortFeed()],
        instantsPerSecond: 1_000,
        log: lines,
        beat: () => undefined,
      });
      timekeeper.onApplicationBootstrap();
      await new Promise((resolve) => setImmediate(resolve));
      expect(log.kept).toEqual([]);
      log.tenure = 1;
      await lines.until(ENDED);
      await timekeeper.onModuleDestroy();
      expect(log.kept.length).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  it(
    'believes nothing that it foresaw before another instance worked',
    async () => {
      const feed = shortFeed();
      const [alone, shared] = [new MemoryLog(), new MemoryLog()];
      await lived(alone, feed, 60);
      const lines = new Lines();
      const log = {
        sql: shared.sql,
        get tenure() {
          return shared.tenure;
        },
        // Just before the second step another instance takes over, lives through the rest, and gives the lease back.
        async perform(...[observations, tenure]: Parameters<MemoryLog['perform']>) {
          if (shared.kept.length > 0 && shared.tenure === 1) {
            shared.tenure = 2;
            await lived(shared, feed);
            shared.tenure = 3;
          }
          return shared.perform(observations, tenure);
        },
      };
      const options = { feeds: [feed], ...ground, instantsPerSecond: 60, log: lines, beat: () => undefined };
      const timekeeper = new Timekeeper({ ...ground, eventLog: log, ...options });
      timekeeper.onApplicationBootstrap();
      await lines.until(ENDED);
      await timekeeper.onModuleDestroy();
      expect(shared.kept).toEqual(alone.kept);
      expect(lines.all).toEqual([
        'virtual time begins',
        expect.stringMatching(/^virtual time could not/),
        'virtual time goes on',
        ENDED,
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'tells of an observation that the log refused, and reads the log again',
    async () => {
      const log = new MemoryLog();
      const lines = new Lines();
      let steps = 0;
      const eventLog = {
        tenure: 1,
        sql: log.sql,
        perform: async (observations: Parameters<MemoryLog['perform']>[0]) => {
          const outcomes = await log.perform(observations);
          steps += 1;
          const refusal = steps === 2 ? { refused: 'entity-parked', because: 'An earlier message is parked.' } : null;
          return outcomes.map((outcome, index) => (index === 0 ? { ...outcome, refusal } : outcome));
        },
      };
      const timekeeper = new Timekeeper({
        ...ground,
        eventLog,
        feeds: [shortFeed()],
        instantsPerSecond: 200,
        log: lines,
        beat: () => undefined,
      });
      const ended = lines.until(ENDED);
      timekeeper.onApplicationBootstrap();
      await ended;
      await timekeeper.onModuleDestroy();
      expect(lines.all).toEqual(['virtual time begins', 'an observation was refused', 'virtual time goes on', ENDED]);
    },
    PATIENCE_MS,
  );
});
