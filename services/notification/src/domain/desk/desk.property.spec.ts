import { validateEvent, type Level, type QuietHours } from '@tocsin/contracts';
import { msBetween, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { quietUntil } from '../holds/quiet-hours.ts';
import { activeUntil, concerns, type Silence } from '../holds/silence.ts';
import { NOTHING_TOLD, type Notice } from '../notices/notice.ts';
import { remember } from '../notices/notice.memory.ts';
import { isAbove } from '../routing.ts';
import type { Letter } from '../round/letters.ts';
import { HOUR_MS, MINUTE_MS, pair, provider, SECOND_MS, Story } from './story.fixture.ts';

const STATE_BYTES_MAX = 32_768;
const LADDER: readonly Level[] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];
const kraken = provider('kraken');
const pairs = [pair('EURUSD'), pair('GBPUSD'), pair('USDJPY'), pair('DAX', 'xetra')];

type Happening =
  | { readonly what: 'fails' | 'works'; readonly index: number }
  | { readonly what: 'acknowledged' | 'silenced'; readonly index: number; readonly ms: number }
  | { readonly what: 'provider'; readonly level: Level }
  | { readonly what: 'quiet'; readonly from: string; readonly to: string }
  | { readonly what: 'time'; readonly ms: number };

const index = fc.nat(pairs.length - 1);
const hour = fc.nat(23).map((at) => `${String(at).padStart(2, '0')}:00`);
const span = fc.oneof(
  fc.nat(60).map((n) => n * SECOND_MS),
  fc.nat(180).map((n) => n * MINUTE_MS),
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('fails' as const), index }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('works' as const), index }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constantFrom('acknowledged' as const, 'silenced' as const), index, ms: span }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('provider' as const), level: fc.constantFrom(...LADDER) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('quiet' as const), from: hour, to: hour }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('time' as const), ms: span }) },
);

/** What escalation would say: one rung a failure, and an end after two good bars. */
class Day {
  readonly story = new Story();
  readonly silences: Silence[] = [];
  readonly quietHours: { readonly since: Instant; readonly hours: QuietHours }[] = [];
  /** When episodes ended. */
  readonly endedAt = new Map<string, string>();
  readonly #good = new Map<number, number>();

  async play(happenings: readonly Happening[]): Promise<void> {
    for (const one of happenings) await this.#let(one);
    await this.story.pass(0);
  }

  async #let(one: Happening): Promise<void> {
    const { story } = this;
    switch (one.what) {
      case 'fails': {
        this.#good.set(one.index, 0);
        const about = at(one.index);
        const next = LADDER[LADDER.indexOf(story.levelOf(about)) + 1];
        if (next !== undefined) await story.raise(about, next);
        return;
      }
      case 'works': {
        const good = (this.#good.get(one.index) ?? 0) + 1;
        this.#good.set(one.index, good);
        if (good >= 2) await this.#end(at(one.index));
        return;
      }
      case 'acknowledged':
        if (story.levelOf(at(one.index)) !== 'INFO') await story.acknowledge(at(one.index), one.ms + MINUTE_MS);
        return;
      case 'silenced':
        await story.pass(1); // What was sent at that very moment was sent before.
        this.silences.push(story.silence(at(one.index).subject.symbol ?? '', one.ms));
        return;
      case 'provider':
        if (isAbove(one.level, story.levelOf(kraken))) await story.raise(kraken, one.level);
        else if (isAbove(story.levelOf(kraken), one.level)) await this.#end(kraken);
        return;
      case 'quiet':
        await story.pass(1);
        this.quietHours.push({ since: story.now, hours: story.quietHours(one.from, one.to) });
        return;
      case 'time':
        await story.pass(one.ms);
        return;
    }
  }

  async #end(about: ReturnType<typeof pair>): Promise<void> {
    if (this.story.levelOf(about) === 'INFO') return;
    this.endedAt.set(this.story.episodeOf(about), this.story.now);
    await this.story.clear(about);
  }
}

const at = (which: number) => pairs[which] ?? kraken;

/** Every (episode, level, channel, repeat) that a letter is about. */
const membersOf = (letter: Letter) =>
  (letter.members ?? [letter]).map(({ scope, episodeId, level, repeatIndex }) => ({
    scope,
    episodeId,
    level,
    repeatIndex,
  }));

const days = (check: (day: Day) => void | Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (happenings) => {
      const day = new Day();
      await day.play(happenings);
      await check(day);
    }),
    { numRuns: 300 },
  );

describe('whatever fails, works, is acknowledged, silenced and passes', () => {
  it('all that is decided can be said, refolds from what was said, and fits in its row', () =>
    days(({ story }) => {
      const notices = new Map<string, Notice>();
      for (const event of story.desk.said) {
        validateEvent(event);
        const key = event.data.notice;
        notices.set(key, remember(notices.get(key) ?? NOTHING_TOLD, event));
      }
      for (const data of story.sent) validateEvent({ type: 'DeliveryIntended', data });
      expect(notices).toEqual(story.desk.notices);
      for (const one of notices.values()) {
        expect(JSON.parse(JSON.stringify(one))).toEqual(one);
        expect(JSON.stringify(one).length).toBeLessThan(STATE_BYTES_MAX);
      }
    }));

  it('every episode, level, channel and repeat is in exactly one letter', () =>
    days(({ story }) => {
      const told = story.sent.flatMap((letter) =>
        membersOf(letter).map((member) =>
          [letter.kind === 'acknowledgement', letter.channelId, ...Object.values(member)].join(' '),
        ),
      );
      expect(new Set(told).size).toBe(told.length);
      expect(new Set(story.sent.map(({ notificationId }) => notificationId)).size).toBe(story.sent.length);
    }));

  it('an episode is told one rung after the other, each higher than the one before, and repeats count on', () =>
    days(({ story }) => {
      const last = new Map<string, { level: Level; repeatIndex: number }>();
      for (const letter of story.sent) {
        if (letter.kind !== 'escalation' && letter.kind !== 'reminder') continue;
        for (const { episodeId, level, repeatIndex } of membersOf(letter)) {
          const thread = `${episodeId} ${letter.channelId}`;
          const before = last.get(thread);
          if (before !== undefined && before.level === level) expect(repeatIndex).toBe(before.repeatIndex + 1);
          else if (before !== undefined) expect(isAbove(level, before.level)).toBe(true);
          last.set(thread, { level, repeatIndex });
        }
      }
    }));

  it('nothing is sent about what is silenced at that moment', () =>
    days(({ story, silences }) => {
      for (const letter of story.sent) {
        for (const { scope } of membersOf(letter)) {
          const symbol = pairs.find((one) => one.scope === scope)?.subject.symbol;
          const labels = { tenant: 'shared', ...(symbol !== undefined && { symbol }) };
          const active = silences.filter((one) => concerns(one, labels) && activeUntil(one, letter.at) !== null);
          expect(active).toEqual([]);
        }
      }
    }));

  it('in quiet hours nothing is sent but CRITICAL and the ends of what was told at CRITICAL', () =>
    days(({ story, quietHours }) => {
      for (const letter of story.sent) {
        const hours = quietHours.findLast(({ since }) => since <= letter.at)?.hours;
        if (hours === undefined || quietUntil(hours, letter.at) === null) continue;
        expect(letter.group).toContain('/CRITICAL/');
      }
    }));

  it('after an end there is nothing but the end, once on each channel that was told', () =>
    days(({ story, endedAt }) => {
      const told = new Set<string>();
      const over = new Set<string>();
      for (const letter of story.sent) {
        for (const { episodeId } of membersOf(letter)) {
          const thread = `${episodeId} ${letter.channelId}`;
          const end = endedAt.get(episodeId);
          if (letter.kind === 'restoration') {
            expect(end !== undefined && end <= letter.at).toBe(true);
            expect(told.has(thread)).toBe(true);
            expect(over.has(thread)).toBe(false);
            over.add(thread);
          } else {
            expect(end === undefined || letter.at <= end).toBe(true);
            expect(over.has(thread)).toBe(false);
            if (letter.kind !== 'acknowledgement') told.add(thread);
          }
        }
      }
    }));

  it('every CRITICAL that nobody has taken on and nothing holds is told again on every channel, without end', () =>
    days(async (day) => {
      const { story } = day;
      if (story.levelOf(kraken) !== 'INFO') await story.clear(kraken);
      await story.pass(4 * HOUR_MS); // No acknowledgement and no silence lasts longer.
      const from = story.sent.length;
      await story.pass(49 * HOUR_MS);
      for (const about of pairs.filter((one) => story.levelOf(one) === 'CRITICAL')) {
        const times = story.sent
          .slice(from)
          .filter((letter) => membersOf(letter).some(({ episodeId }) => episodeId === story.episodeOf(about)));
        for (const channelId of ['log', 'webhook', 'email']) {
          const told = times.filter((letter) => letter.channelId === channelId).map((letter) => letter.at);
          expect(told.length).toBeGreaterThanOrEqual(2);
          const gaps = told.slice(1).map((later, before) => msBetween(told[before] ?? later, later));
          expect(Math.max(...gaps)).toBeLessThanOrEqual(24 * HOUR_MS + MINUTE_MS);
        }
      }
    }));
});
