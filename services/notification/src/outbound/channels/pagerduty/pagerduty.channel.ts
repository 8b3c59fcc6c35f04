import { pagerdutyEvents } from '../../../templates/pagerduty.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import type { Secrets } from '../secrets.ts';

export interface PagerdutyOptions extends Manners {
  readonly api: string;
  /** The integration key of the Events API v2. */
  readonly secrets: Secrets;
}

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
  readonly #options: PagerdutyOptions;

  constructor(options: PagerdutyOptions) {
    super({ ...options, rate: RATE });
    this.#options = options;
  }

  async send(letter: Letter): Promise<string> {
    const { api, secrets } = this.#options;
    const key = secrets.newestOf(this.id);
    const events = pagerdutyEvents(letter);
    await this.withinTime(async (signal) => {
      const post = async (event: object): Promise<void> => {
        await this.caller.post(`${api}/v2/enqueue`, { routing_key: key, ...event }, { secrets: [key], signal });
      };
      // A test opens an incident before it ends it.
      const sideBySide = letter.kind === 'test' ? 1 : SIDE_BY_SIDE;
      for (let at = 0; at < events.length; at += sideBySide)
        await Promise.all(events.slice(at, at + sideBySide).map(post));
    });
    return events.length === 1 ? (events[0]?.dedup_key ?? '') : `${events.length} events`;
  }
}
