import { POLICY_DEFAULTS } from '@tocsin/contracts';
import { epochMs, instant, isRefusal, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { deliveryDecider, type Delivery, type DeliveryCommand, type DeliveryEvent } from '../delivery.decider.ts';
import { letterAbout } from './letters.fixture.ts';

const { attempts: patience } = POLICY_DEFAULTS['notification-defaults'];
const HOUR_MS = 3_600_000;
const beganAt = instant('2026-03-02T09:30:00Z');

/** A delivery that lives on a clock that the test moves: it is tried whenever it is due. */
class PlayedDelivery {
  #delivery: Delivery = deliveryDecider.initialState();
  readonly said: DeliveryEvent[] = [];
  /** When attempts were made, in milliseconds after the first. */
  readonly triedMs: number[] = [];

  constructor(readonly letter = letterAbout(1, { level: 'CRITICAL', at: beganAt })) {
    this.ask({ type: 'Intend', data: letter });
  }

  /** Returns the refusal's name, if it was refused. */
  ask(command: DeliveryCommand): string | null {
    const outcome = deliveryDecider.decide(command, this.#delivery);
    if (isRefusal(outcome)) return outcome.refused;
    this.said.push(...outcome);
    this.#delivery = outcome.reduce(deliveryDecider.evolve, this.#delivery);
    return null;
  }

  /** Tries until it is over; the receiver is back after `downMs`. */
  play(downMs: number, chance: () => number): void {
    const { notificationId, channelId } = this.letter;
    for (let at: Instant | null = beganAt, attempt = 1; at !== null; attempt += 1) {
      const afterMs = epochMs(at) - epochMs(beganAt);
      this.triedMs.push(afterMs);
      const ids = { notificationId, channelId, attempt, at };
      if (afterMs >= downMs) {
        this.ask({ type: 'RecordSuccess', data: { ...ids, isPossibleRepeat: false, receipt: null } });
        return;
      }
      const failure = {
        errorCode: 'UNREACHABLE',
        message: 'nobody is there',
        askedMs: null,
        chance: chance(),
      } as const;
      this.ask({
        type: 'RecordFailure',
        data: { ...ids, ...failure, firstTriedAt: beganAt, triedAt: at, patience },
      });
      const failed = this.said.findLast(({ type }) => type === 'DeliveryFailed');
      at = failed?.type === 'DeliveryFailed' ? failed.data.retryAt : null;
    }
  }

  redrive(at: Instant, isOver: boolean, isForced = false): string | null {
    const { notificationId, channelId } = this.letter;
    const asked = { by: 'dana', reason: 'The receiver is back.', isForced, isRehearsal: false, isKept: true };
    return this.ask({ type: 'Redrive', data: { notificationId, channelId, ...asked, isOver, at } });
  }
}

const anyChances = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
const drawFrom = (chances: Iterator<number>) => () => Number(chances.next().value);

describe('T-46: a channel that is down', () => {
  it('for two hours is tried less and less often, and takes the message when it is back', () => {
    fc.assert(
      fc.property(anyChances, (chances) => {
        const played = new PlayedDelivery();
        played.play(2 * HOUR_MS, drawFrom(chances));
        const pausesMs = played.triedMs.slice(1).map((ms, index) => ms - (played.triedMs[index] ?? 0));
        for (const [index, pauseMs] of pausesMs.entries()) {
          const grownMs = Math.min(600_000, 5_000 * 2 ** index);
          expect(pauseMs).toBeGreaterThanOrEqual(grownMs * 0.9);
          expect(pauseMs).toBeLessThanOrEqual(grownMs * 1.1);
        }
        expect(played.said.at(-1)?.type).toBe('DeliverySucceeded');
        expect(played.triedMs.at(-1)).toBeLessThanOrEqual(2 * HOUR_MS + 660_000);
      }),
    );
  });

  it('for ever has a dead letter after six hours, not after seven seconds', () => {
    fc.assert(
      fc.property(anyChances, (chances) => {
        const played = new PlayedDelivery();
        played.play(Infinity, drawFrom(chances));
        const lastMs = played.triedMs.at(-1) ?? 0;
        expect(played.said.at(-1)?.type).toBe('DeliveryDeadLettered');
        expect(lastMs).toBeGreaterThan(6 * HOUR_MS - 660_000);
        expect(lastMs).toBeLessThanOrEqual(6 * HOUR_MS);
        expect(played.triedMs.length).toBeGreaterThanOrEqual(38);
        expect(played.triedMs.length).toBeLessThanOrEqual(46);
      }),
    );
  });

  it('leaves a dead letter whose redrive asks whether it is still worth sending', () => {
    const [soon, late] = [plusMs(beganAt, 8 * HOUR_MS), plusMs(beganAt, 24 * HOUR_MS + 1)];
    const dead = (): PlayedDelivery => {
      const played = new PlayedDelivery();
      played.play(Infinity, () => 0.5);
      return played;
    };
    expect(dead().redrive(soon, true)).toBe('episode-over');
    expect(dead().redrive(late, false)).toBe('too-old');
    expect(dead().redrive(late, true, true)).toBeNull();
    const played = dead();
    expect(played.redrive(soon, false)).toBeNull();
    expect(played.redrive(soon, false)).toBe('delivery-not-dead');
    expect(played.said.at(-1)?.type).toBe('DeliveryRedriven');
  });
});
