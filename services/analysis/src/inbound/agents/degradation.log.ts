import type { OnApplicationBootstrap } from '@nestjs/common';
import type { AnyEvent, Recorded } from '@tocsin/contracts';
import type { EventLog, Log } from '@tocsin/event-log';

/** Warns in the log of the process whenever something less than intended has answered, with both confidences. */
export class DegradationLog implements OnApplicationBootstrap {
  constructor(
    private readonly eventLog: Pick<EventLog, 'listenToFacts'>,
    private readonly log: Pick<Log, 'warn'>,
  ) {}

  onApplicationBootstrap(): void {
    this.eventLog.listenToFacts({
      onSaid: (facts) => {
        for (const fact of facts) this.#take(fact);
      },
      onTakenUp: () => undefined, // What was said before was warned of then.
    });
  }

  #take({ type, data }: Recorded<AnyEvent>): void {
    if (type !== 'AgentSignalEmitted' || !data.degradedInference) return;
    const { pair, taskId, completedBy, model, confidence, confidenceRaw, degradationReason } = data;
    const told = { pair, taskId, completedBy, model, confidence, confidenceRaw, degradationReason };
    this.log.warn(told, 'a fallback answered; its confidence counts for less');
  }
}
