import { CONNECTION_LOST, ServerFault } from '../src/twin/memory-session.ts';
import type { Wire } from '../src/twin/wire.ts';
import type { Lottery } from './lottery.ts';
import type { Reached } from './reached.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Weather } from './weather.ts';

/** What a wire must know of the process at its end. */
export interface WireEnd {
  readonly isDead: boolean;
  kill(): void;
  /** Runs `call` as soon as the process runs; never when it is dead. */
  whenAwake(call: () => void): void;
}

const SERIALIZATION_FAILURE = '40001';
const LATE_ACKNOWLEDGEMENT_MS = 4_500;
/** How long a client waits for an answer of a server that it cannot reach. */
const NO_ANSWER_MS = 3_000;

/** A wire of one process to one server, on which everything may happen that happens on real ones. */
export class FaultyWire implements Wire {
  readonly #time: VirtualTime;
  readonly #lottery: Lottery;
  readonly #weather: Weather;
  readonly #end: WireEnd;
  readonly #reached: Reached;
  #connection = 0;
  #isCut = false;
  #sentUntil = 0;
  #pushedUntil = 0;
  #held: (() => void)[] = [];

  constructor(time: VirtualTime, lottery: Lottery, weather: Weather, end: WireEnd, reached: Reached) {
    this.#time = time;
    this.#lottery = lottery;
    this.#weather = weather;
    this.#end = end;
    this.#reached = reached;
  }

  /** Whatever is under way is lost; new calls fail until the wire is mended. */
  cut(): void {
    this.#connection += 1;
    this.#isCut = true;
  }

  /** A client may have kept what it could not send, or not. */
  mend(): void {
    this.#isCut = false;
    const held = this.#held.splice(0);
    if (this.#lottery.chance(0.5)) for (const effect of held) this.send(effect);
  }

  call<Result>(what: string, effect: () => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#crashes()) {
        this.#reached.note(`dies before ${what}`);
        return;
      }
      const connection = this.#connection;
      const lose = () => {
        this.#time.after(this.#isCut ? NO_ANSWER_MS : this.#latency(), () => {
          this.#end.whenAwake(() => {
            reject(new ServerFault(CONNECTION_LOST, `connection lost during ${what}`));
          });
        });
      };
      const arrive = async () => {
        if (this.#isCut || connection !== this.#connection) {
          lose();
          return;
        }
        let answer: () => void;
        try {
          if (what !== 'ROLLBACK' && this.#lottery.chance(this.#weather.conflictPerCall))
            throw new ServerFault(SERIALIZATION_FAILURE, 'could not serialize access due to concurrent update');
          const result = await effect();
          this.#reached.noteAnswer(what, result);
          answer = () => {
            resolve(result);
          };
        } catch (error) {
          this.#reached.noteFailure(error);
          answer = () => {
            reject(error instanceof Error ? error : new Error(String(error)));
          };
        }
        if (this.#end.isDead || this.#crashes()) {
          this.#reached.note(`dies after ${what}`);
          return;
        }
        const isLost = this.#lottery.chance(this.#weather.answerLostPerCall);
        this.#time.after(this.#latency(), () => {
          if (connection === this.#connection && !isLost) this.#end.whenAwake(answer);
          else {
            this.#reached.note(`no answer to ${what}`);
            lose();
          }
        });
      };
      this.#time.after(this.#latency(), () => void arrive());
    });
  }

  send(effect: () => void): void {
    if (this.#end.isDead) return;
    if (this.#isCut) {
      this.#held.push(effect);
      return;
    }
    const connection = this.#connection;
    this.#sentUntil = Math.max(this.#sentUntil, this.#time.monotonicMs() + this.#latency());
    this.#time.after(this.#sentUntil - this.#time.monotonicMs(), () => {
      if (connection === this.#connection) effect();
    });
  }

  push(kind: 'message' | 'acknowledgement', deliver: () => void): void {
    const { acknowledgementLost, acknowledgementDoubled, acknowledgementLate } = this.#weather;
    if (kind === 'message') {
      this.#deliverInOrder(deliver);
      return;
    }
    if (this.#lottery.chance(acknowledgementLost)) {
      this.#reached.note('an acknowledgement is lost');
      return;
    }
    if (this.#lottery.chance(acknowledgementDoubled)) this.#deliver(this.#lottery.between(0, 500), deliver);
    if (this.#lottery.chance(acknowledgementLate))
      this.#deliver(LATE_ACKNOWLEDGEMENT_MS * this.#lottery.next(), deliver);
    else this.#deliverInOrder(deliver);
  }

  #deliverInOrder(deliver: () => void): void {
    this.#pushedUntil = Math.max(this.#pushedUntil, this.#time.monotonicMs() + this.#latency());
    this.#deliver(this.#pushedUntil - this.#time.monotonicMs(), deliver);
  }

  #deliver(delayMs: number, deliver: () => void): void {
    const connection = this.#connection;
    this.#time.after(delayMs, () => {
      if (connection === this.#connection) this.#end.whenAwake(deliver);
    });
  }

  #latency(): number {
    return this.#lottery.between(0.1, this.#weather.latencyMs);
  }

  #crashes(): boolean {
    if (!this.#lottery.chance(this.#weather.crashPerCall)) return false;
    this.#end.kill();
    return true;
  }
}
