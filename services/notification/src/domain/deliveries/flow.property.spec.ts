import type { DeliveryIntendedData, Level } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { afterTaking, filled, fullBucket, roomIn, type Bucket } from './bucket.ts';
import { digestOf, membersOf } from './digest.ts';
import { letterAbout } from './letters.fixture.ts';
import { planSends, weightOf } from './send-plan.ts';
import { inTurn } from './turn.ts';

type Queued = { readonly letter: DeliveryIntendedData; readonly isPossibleRepeat: boolean; readonly queuedMs: number };
type Sent = { readonly atMs: number; readonly queuedMs: number; readonly letter: DeliveryIntendedData };

const TURN_MS = 100;
const STORY_MS = 20_000;

/** A channel on a clock of its own: letters come, a look gathers and sends, the receiver is up or down. */
class PlayedChannel {
  #queue: Queued[] = [];
  #bucket: Bucket;
  #isProven = false;
  #digests = 0;
  readonly sent: Sent[] = [];

  constructor(rate: { readonly messages: number; readonly perMs: number }) {
    this.#bucket = fullBucket(rate, 0);
  }

  get waiting(): number {
    return this.#queue.length;
  }

  take(letter: DeliveryIntendedData, queuedMs: number): void {
    this.#queue.push({ letter, isPossibleRepeat: false, queuedMs });
  }

  /** One turn of the worker, at most one letter of which leaves for each place in the bucket. */
  turn(atMs: number, isUp: boolean): void {
    for (;;) {
      this.#bucket = filled(this.#bucket, atMs);
      const next = this.#next(atMs);
      if (next === undefined) return;
      this.#bucket = afterTaking(this.#bucket, weightOf(next.letter));
      this.#isProven = isUp;
      if (!isUp) return;
      this.#queue = this.#queue.filter((item) => item !== next);
      this.sent.push({ atMs, queuedMs: next.queuedMs, letter: next.letter });
    }
  }

  #next(atMs: number): Queued | undefined {
    const ids = inTurn(
      this.#queue.map(({ letter }) => ({
        notificationId: letter.notificationId,
        scopes: membersOf(letter).map(({ scope }) => scope),
        level: letter.level,
        kind: letter.kind,
        isApart: false,
        isReady: true,
      })),
    );
    const ready = ids.flatMap((id) => this.#queue.find(({ letter }) => letter.notificationId === id) ?? []);
    const room = { critical: roomIn(this.#bucket, 'critical'), ordinary: roomIn(this.#bucket, 'ordinary') };
    const plan = planSends(ready, room);
    if (!this.#isProven && plan.together.length > 0) return ready[0];
    for (const batch of plan.together) this.#gather(batch, atMs);
    if (plan.together.length > 0 && plan.singly.length === 0) return this.#next(atMs);
    return plan.singly[0];
  }

  #gather(batch: readonly Queued[], atMs: number): void {
    const [first, ...others] = batch.map(({ letter }) => letter);
    if (first === undefined) return;
    this.#digests += 1;
    const made = { notificationId: `dig:${this.#digests}:ops-slack:0`, because: 'crowded', at: instant(atMs) } as const;
    const queuedMs = Math.min(...batch.map((item) => item.queuedMs));
    const digest = { letter: digestOf([first, ...others], made), isPossibleRepeat: false, queuedMs };
    const place = this.#queue.findIndex((item) => batch.includes(item));
    this.#queue.splice(place, 0, digest);
    this.#queue = this.#queue.filter((item) => !batch.includes(item));
  }
}

const anyLevel = fc.constantFrom<Level>('WARN', 'ERROR', 'CRITICAL');
const anyStory = fc.record({
  rate: fc.record({ messages: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 500, max: 5_000 }) }),
  episodes: fc.array(fc.record({ beginsMs: fc.nat(STORY_MS), lastsMs: fc.nat(STORY_MS), level: anyLevel }), {
    minLength: 1,
    maxLength: 60,
  }),
  downFromMs: fc.nat(STORY_MS),
  downMs: fc.nat(STORY_MS),
});

type Told = { readonly of: string; readonly atMs: number };

describe('what goes through a channel', () => {
  it('is told once, whatever comes at once and whenever the channel is down: CRITICAL first, beginnings before ends', () => {
    fc.assert(
      fc.property(anyStory, ({ rate, episodes, downFromMs, downMs }) => {
        const channel = new PlayedChannel(rate);
        const arrivals = episodes
          .flatMap(({ beginsMs, lastsMs, level }, number) => [
            { atMs: beginsMs, letter: letterAbout(number, { level }) },
            { atMs: beginsMs + lastsMs, letter: letterAbout(number, { level: 'INFO', kind: 'restoration' }) },
          ])
          .sort((a, b) => a.atMs - b.atMs);
        let arrived = 0;
        let atMs = 0;
        for (; arrived < arrivals.length || channel.waiting > 0; atMs += TURN_MS) {
          for (let next = arrivals[arrived]; next !== undefined && next.atMs <= atMs; next = arrivals[arrived]) {
            channel.take(next.letter, next.atMs);
            arrived += 1;
          }
          channel.turn(atMs, atMs < downFromMs || atMs >= downFromMs + downMs);
          expect(atMs).toBeLessThan(20 * STORY_MS); // Whatever there is drains.
        }

        const told: readonly Told[] = channel.sent.flatMap(({ letter, atMs: toldMs }) =>
          membersOf(letter).map(({ episodeId, level }) => ({ of: `${episodeId}:${level}`, atMs: toldMs })),
        );
        expect(told.map(({ of }) => of).sort()).toEqual(
          arrivals.map(({ letter }) => `${letter.episodeId}:${letter.level}`).sort(),
        );
        const orderOf = (of: string): number => told.findIndex((one) => one.of === of);
        for (const [number, { level }] of episodes.entries())
          expect(orderOf(`e${number}:${level}`)).toBeLessThan(orderOf(`e${number}:INFO`));
        for (const { atMs: sentMs, letter } of channel.sent) {
          if (letter.level === 'CRITICAL') continue;
          // Nothing lesser goes while something critical waits that came before this very turn.
          const waiting = channel.sent.filter(
            (other) => other.letter.level === 'CRITICAL' && other.queuedMs < sentMs - TURN_MS && other.atMs > sentMs,
          );
          expect(waiting).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  }, 30_000);
});
