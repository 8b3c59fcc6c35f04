import { streamOf, type AnyEvent, type Recorded } from '@tocsin/contracts';
import type { StepBody } from '../step/step-body.ts';
import { saveOutcomes, type HeardOutcome } from './request-store.ts';

/**
 * Hears how the service's own requests ended, in the very step that folds the facts before it: whoever sees the outcome
 * sees what it led to.
 */
export class OutcomeHearing implements StepBody {
  readonly #body: StepBody;

  constructor(body: StepBody) {
    this.#body = body;
  }

  async apply(step: Parameters<StepBody['apply']>[0]): Promise<void> {
    await this.#body.apply(step);
    await saveOutcomes(step.sql, step.batch.flatMap(outcomeIn));
  }
}

function outcomeIn(event: Recorded<AnyEvent>): readonly HeardOutcome[] {
  if (event.type !== 'CommandHandled') return [];
  const { service, position, data } = event;
  const { commandId: id, result, refused, because, facts } = data;
  const reason = { ...(refused !== undefined && { refused }), ...(because !== undefined && { because }) };
  return [{ id, service, outcome: { result, ...reason, facts, lane: streamOf(service), position } }];
}
