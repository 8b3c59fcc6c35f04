import { Cancelled, NoAnswer } from '@tocsin/outbound';
import { pagerdutyEvents } from '../../../templates/pagerduty.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import type { Secrets } from '../secrets.ts';

export interface PagerdutyOptions extends Manners {
  readonly api: string;
  /** The integration key of the Events API v2. */
  readonly secrets: Secrets;
}

/** A letter about many episodes is many events, so it may take as long as so many calls. */
const CALLS_LONG = 5;
/** So many events at a time. */
const SIDE_BY_SIDE = 5;
/** Of events, which PagerDuty takes many more of; letters have their own rate. */
const RATE = { calls: 20, perMs: 1_000 };

/**
 * PagerDuty, by its Events API v2: one incident for each episode, whose id is the key by which PagerDuty recognises a
 * repeat. So a letter whose events were taken in part is sent again as a whole, and harms nobody.
 */
export class PagerdutyChannel extends CalledChannel {
  readonly kind = 'pagerduty';
  override readonly timeoutMs: number;
  readonly #options: PagerdutyOptions;

  constructor(options: PagerdutyOptions) {
    super({ ...options, rate: RATE });
    this.timeoutMs = options.timeoutMs * CALLS_LONG;
    this.#options = options;
  }

  async send(letter: Letter): Promise<string> {
    const { api, secrets } = this.#options;
    const key = secrets.newestOf(this.id);
    const signal = AbortSignal.timeout(this.timeoutMs);
    const events = pagerdutyEvents(letter);
    const post = async (event: object): Promise<void> => {
      await this.caller.post(`${api}/v2/enqueue`, { routing_key: key, ...event }, { secrets: [key], signal });
    };
    try {
      // In order within a batch of one key: what opens an incident comes before what ends it.
      if (letter.kind === 'test') for (const event of events) await post(event);
      else
        for (let at = 0; at < events.length; at += SIDE_BY_SIDE)
          await Promise.all(events.slice(at, at + SIDE_BY_SIDE).map(post));
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      throw new NoAnswer('timeout', `${this.id}: not all of ${events.length} events were taken in time`, {
        cause: error,
      });
    }
    return events.length === 1 ? (events[0]?.dedup_key ?? '') : `${events.length} events`;
  }
}
