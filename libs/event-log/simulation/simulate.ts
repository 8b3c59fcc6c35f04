import { poisoned } from '../test/tally.ts';
import { FAULTS, pauseForGood, tampered } from './faults.ts';
import { fingerprintOf } from './fingerprint.ts';
import { SimHouse } from './house.ts';
import { Acknowledged } from './invariants/acknowledged.ts';
import { AppliedOnce } from './invariants/applied-once.ts';
import type { Invariant } from './invariants/invariant.ts';
import { LogIsJournal } from './invariants/log-is-journal.ts';
import { Mark } from './invariants/mark.ts';
import { Outcomes } from './invariants/outcomes.ts';
import { Positions } from './invariants/positions.ts';
import { Versions } from './invariants/versions.ts';
import { holds, Violation } from './ledger.ts';
import { Lottery } from './lottery.ts';
import { LISTENER, requestOf, SPEAKER, SPEAKER_LANE, ticksOf } from './story.ts';

/** What one seed made happen, and what it broke. */
export type SeedResult = {
  readonly seed: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly events: number;
  /** Virtual milliseconds from the end of the last fault until everything was at rest. */
  readonly recoveryMs: number;
  readonly violation: string | null;
  /** What really happened, and how often. */
  readonly reached: ReadonlyMap<string, number>;
  /** Tells whether two plays were the same. */
  readonly fingerprint: string;
  /** What the processes said, for whoever looks into a failure. */
  readonly words: readonly string[];
};

const STORY_MS = 30_000;
/** Everything heals alone within this long: leases expire, readers start anew, halts are looked at again. */
const RECOVERY_MAX_MS = 30_000;
/** Longer than a halted lane waits before it is looked at again, and than a late acknowledgement is late. */
const REST_MS = 8_000;
const TICKS_AT_ONCE_MAX = 12;
const RESTART_MS = { least: 200, most: 3_000 };
const POISON_SHARE = 0.4;

/** Plays one story: a seed and a commit always play the same. */
export async function simulate(seed: number): Promise<SeedResult> {
  const lottery = new Lottery(seed);
  poisoned.clear();
  tampered.clear();
  const house = new SimHouse(lottery);
  const story = new Story(house, lottery);
  let recoveryMs = 0;
  let violation: string | null = null;
  try {
    recoveryMs = await story.play();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = `${error.message} (after ${Math.round(house.time.monotonicMs())} virtual ms)`;
  }
  for (const process of house.processes) process.kill();
  const events = house.speaker.given.length + house.listener.given.length;
  const fingerprint = fingerprintOf([house.speaker, house.listener]);
  const { words, reached } = house;
  return { seed, faults: story.faults, events, recoveryMs, violation, reached: reached.counts, fingerprint, words };
}

class Story {
  readonly faults = new Map<string, number>();
  readonly #house: SimHouse;
  readonly #lottery: Lottery;
  readonly #invariants: readonly Invariant[];
  readonly #asked = new Set<string>();
  readonly #told = new Set<string>();
  readonly #endings = new Set<() => void>();
  #isCalm = false;
  #restSince: number | null = null;
  #pausedForGood = false;

  constructor(house: SimHouse, lottery: Lottery) {
    this.#house = house;
    this.#lottery = lottery;
    const { speaker, listener } = house;
    const isTampered = (lane: string, position: number) => lane === SPEAKER_LANE && tampered.has(position);
    const ofLane = [speaker, listener].flatMap((ledger) => [
      new Positions(ledger),
      new LogIsJournal(ledger, isTampered),
      new Mark(ledger),
      new Versions(ledger),
    ]);
    this.#invariants = [
      ...ofLane,
      new AppliedOnce(speaker, listener),
      new Outcomes(listener, () => this.#asked),
      new Acknowledged(speaker, () => this.#told),
    ];
  }

  /** Returns how long it took to come to rest once the last fault had ended. @throws {Violation} */
  async play(): Promise<number> {
    const { time } = this.#house;
    this.#tick();
    this.#ask();
    this.#supervise();
    this.#letThingsGoWrong();
    await time.run(STORY_MS, this.#check);
    this.#isCalm = true;
    for (const end of [...this.#endings]) end();
    this.#house.startDead();
    const calmAt = time.monotonicMs();
    await time.run(calmAt + RECOVERY_MAX_MS + REST_MS, this.#check, () => this.#rests());
    const recoveryMs = (this.#restSince ?? time.monotonicMs()) - calmAt;
    holds(this.#isAtRest(), `the house is at rest within ${RECOVERY_MAX_MS} ms of the last fault: ${this.#standing()}`);
    for (const { atRest, name } of this.#invariants.map((invariant) => ({
      name: invariant.name,
      atRest: () => invariant.atRest?.(),
    })))
      named(name, atRest);
    return recoveryMs;
  }

  readonly #check = (): void => {
    for (const { service, ledger } of [
      { service: SPEAKER, ledger: this.#house.speaker },
      { service: LISTENER, ledger: this.#house.listener },
    ]) {
      const news = ledger.follow();
      if (service === SPEAKER) for (const { eventId } of news) this.#perhapsPoison(eventId);
    }
    for (const invariant of this.#invariants)
      named(invariant.name, () => {
        invariant.check();
      });
  };

  /** A few facts cannot be decided about: a defect of ours, seen from the log. */
  #perhapsPoison(eventId: string): void {
    if (poisoned.size === 0 && this.#lottery.chance(POISON_SHARE / 60)) poisoned.add(eventId);
  }

  /** Whoever works for ingestion observes the next ticks; what was not confirmed is observed again. */
  #tick(): void {
    const { time } = this.#house;
    const ticks = ticksOf(this.#lottery, this.#lottery.whole(60, 160));
    let done = 0;
    const next = (): void => {
      const holder = this.#house.holder(SPEAKER);
      if (done >= ticks.length) return;
      const batch = ticks.slice(done, done + this.#lottery.whole(1, TICKS_AT_ONCE_MAX));
      let isAnswered = false;
      const again = (delayMs: number): void => {
        if (isAnswered) return;
        isAnswered = true;
        time.after(delayMs, next);
      };
      // A process that dies or stands still never answers; the adapter of its successor asks again.
      time.after(6_000, () => {
        again(0);
      });
      if (holder === undefined) {
        again(300);
        return;
      }
      holder.perform(batch).then(
        (outcomes) => {
          if (isAnswered) return;
          for (const { facts } of outcomes) for (const fact of facts) this.#remember(fact);
          done += batch.length;
          again(this.#lottery.between(10, 900));
        },
        () => {
          again(200);
        },
      );
    };
    next();
  }

  #remember(fact: object): void {
    if ('id' in fact && typeof fact.id === 'string') this.#told.add(fact.id);
  }

  /** Outside writers ask, and publish again under the same id until they see the outcome, and sometimes after it. */
  #ask(): void {
    const { time, server, listener } = this.#house;
    const count = this.#lottery.whole(2, 8);
    for (let number = 1; number <= count; number += 1) {
      const { id, message } = requestOf(number, this.#lottery);
      let repeatsAfterwards = this.#lottery.whole(0, 2);
      const publish = (): void => {
        const isHandled = listener.database.handled.has(id);
        if (isHandled) repeatsAfterwards -= 1;
        if (isHandled && repeatsAfterwards < 0) return;
        if (server.publish(message).kind === 'stored') this.#asked.add(id);
        time.after(this.#lottery.between(500, 5_000), publish);
      };
      time.after(this.#lottery.between(0, STORY_MS), publish);
    }
  }

  #supervise(): void {
    const { time } = this.#house;
    const look = (): void => {
      if (!this.#isCalm) this.#house.startDead();
      time.after(this.#lottery.between(RESTART_MS.least, RESTART_MS.most), look);
    };
    look();
  }

  #letThingsGoWrong(): void {
    const { time } = this.#house;
    const strike = (): void => {
      if (this.#isCalm) return;
      const { name, happen } = this.#lottery.pick(FAULTS);
      this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
      const passing = happen(this.#house, this.#lottery);
      if (passing !== null) {
        const end = (): void => {
          if (this.#endings.delete(end)) passing.end();
        };
        this.#endings.add(end);
        time.after(passing.lastsMs, end);
      }
      time.after(this.#lottery.between(100, 4_000), strike);
    };
    time.after(this.#lottery.between(0, 3_000), strike);
    if (this.#lottery.chance(0.2))
      time.after(STORY_MS - 50, () => {
        this.#pausedForGood = true;
        pauseForGood(this.#house);
      });
  }

  /** Whether the house has been at rest for so long that nothing slow can still be under way. */
  #rests(): boolean {
    const now = this.#house.time.monotonicMs();
    this.#restSince = this.#isAtRest() ? (this.#restSince ?? now) : null;
    return this.#restSince !== null && now - this.#restSince >= REST_MS;
  }

  #isAtRest(): boolean {
    const { speaker, listener } = this.#house;
    const isOut = [speaker, listener].every(({ database, stream }) => {
      const { position, published } = database.lane;
      const isNumbered = database.unnumbered(1).length === 0;
      return isNumbered && stream?.lastSequence === position && published === position;
    });
    const heard = listener.database.checkpoints.get(SPEAKER_LANE)?.position;
    const isHandled = [...this.#asked].every((id) => listener.database.handled.has(id));
    return isOut && heard === speaker.database.lane.position && isHandled;
  }

  #standing(): string {
    const { speaker, listener } = this.#house;
    const lanes = [speaker, listener].map(({ database, stream }) => {
      const { name, position, published } = database.lane;
      const waiting = database.unnumbered(1_000).length;
      return `${name} ${position} given, ${waiting} unnumbered, ${stream?.lastSequence ?? 'no stream'} in the log, ${published} recorded`;
    });
    const heard = listener.database.checkpoints.get(SPEAKER_LANE)?.position ?? 0;
    const unhandled = [...this.#asked].filter((id) => !listener.database.handled.has(id));
    const suspended = this.#pausedForGood ? '; one instance stands still for good' : '';
    return `${lanes.join('; ')}; heard ${heard}; without outcome: ${unhandled.join() || 'none'}${suspended}`;
  }
}

function named(name: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Violation) throw new Violation(`${name}: ${error.message}`);
    throw error;
  }
}
