import { streamOf } from '@tocsin/contracts';
import { Unreachable } from '@tocsin/domain-kit';
import type { NumberedEntry } from '../journal/journal.ts';
import { Publisher } from '../lane/publisher.ts';
import { Signal } from '../lane/signal.ts';
import type { Log } from '../liveness/log.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import { JetStream } from '../stream/jetstream.ts';
import { inBatches } from './cursor.ts';
import type { LaneAccess } from './lane-access.ts';

export type RepublishOptions = LaneAccess & {
  readonly laneId: string;
  /** The stream holds the positions up to this one. */
  readonly after: number;
  readonly entries: AsyncIterable<NumberedEntry>;
  readonly time: WallClock;
  /** Called with the last position that the log has acknowledged, with every batch. */
  readonly onAcknowledged: (position: number) => Promise<void>;
};

const BATCH = 500;
const WINDOW_MAX = 2_000;
const SILENCE_MS = 5_000;

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Publishes entries as the relay does, byte for byte, and returns when all of them are acknowledged.
 * @throws {Unreachable} when the log does not take them: nothing is lost, and it can be gone on from there.
 */
export async function republish(options: RepublishOptions): Promise<void> {
  const { service, nats, laneId, after, entries, time, onAcknowledged } = options;
  const publisher = new Publisher({
    streams: new JetStream({ nats, log: quiet, time }),
    laneId,
    windowMax: WINDOW_MAX,
    silenceMs: SILENCE_MS,
    monotonicMs: time.monotonicMs,
  });
  const progress = new Signal(time);
  publisher.onProgress(() => {
    progress.raise();
  });
  const settle = async (isSettled: () => boolean) => {
    while (!isSettled()) {
      if (publisher.disturbance !== null)
        throw new Unreachable(
          `stream ${streamOf(service)} did not take position ${publisher.acknowledged + 1}: ${publisher.disturbance.because}`,
          { retryAfterMs: 1_000 },
        );
      await progress.wait(SILENCE_MS);
    }
  };
  try {
    publisher.resumeAfter(after);
    for await (const batch of inBatches(entries, BATCH)) {
      await settle(() => publisher.room >= BATCH);
      publisher.publish(batch);
      await onAcknowledged(publisher.acknowledged);
    }
    await settle(() => publisher.inFlight === 0);
    await onAcknowledged(publisher.acknowledged);
  } finally {
    publisher.close();
  }
}
