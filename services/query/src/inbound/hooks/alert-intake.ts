import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instant, Unreachable } from '@tocsin/domain-kit';
import { EventLog } from '@tocsin/event-log';
import { ServiceTime } from '../../reading/service-time.ts';
import { readAlert } from './alert-reader.ts';
import { RecentAlerts } from './recent-alerts.ts';

/** TradingView waits three seconds for an answer; what is left of them belongs to the way. */
const WRITTEN_WITHIN_MS = 2_000;
const RETRY_AFTER_MS = 5_000;

/** An alert of an hour ago is news to nobody. */
const VALID_FOR_MS = 3_600_000;

/** Where alerts come in: written down at once, and brought to ingestion after the sender has its answer. */
@Injectable()
export class AlertIntake {
  readonly #recent = new RecentAlerts();

  constructor(
    private readonly log: EventLog,
    private readonly time: ServiceTime,
  ) {}

  /**
   * Returns once the alert is written down; then it is sent until ingestion has taken it.
   * @throws {Unreachable} when that takes too long. It may be written down all the same, and coming again is harmless.
   */
  async take(source: string, text: string): Promise<void> {
    const digest = createHash('sha256').update(`${source}\n${text}`).digest('hex');
    const key = `${digest}|${this.#recent.minuteOf(digest, Date.now())}`;
    const receivedAt = this.time.isWall ? instant(Date.now()) : this.time.now();
    const data = { source, ...readAlert(text), receivedAt };
    // Under a key that is taken stands the same alert, heard at another moment.
    const written = this.log.ask({
      command: { type: 'ReceiveExternalSignal', data },
      ...{ actor: `hook:${source}`, key, validForMs: VALID_FOR_MS },
    });
    await inTime(written);
  }
}

async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(new Unreachable('an alert was not written down in time', { retryAfterMs: RETRY_AFTER_MS }));
    }, WRITTEN_WITHIN_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
