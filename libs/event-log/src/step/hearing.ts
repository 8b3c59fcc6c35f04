import {
  isCommandName,
  streamOf,
  type AnyEvent,
  type CommandHandled,
  type Recorded,
  type ServiceName,
} from '@tocsin/contracts';
import { assert, type Instant } from '@tocsin/domain-kit';
import type { HandledCommand } from './command-store.ts';
import type { Decision, Deliberation } from './deliberation.ts';
import type { EntityId } from './entity-store.ts';
import type { Intention } from './entity-type.ts';
import { derivedId } from './identity.ts';
import type { HeardCommand, HeardFact, Observation, Outcome } from './inputs.ts';
import { entityParkKey, factParkKey, type ParkedMessage } from './parking.ts';
import type { Translation } from './translation.ts';
import { keyToken, sentence, type Cause } from './voice.ts';
import type { WorkingEntity, WorkingSet } from './working-set.ts';

export type HearingOptions = {
  readonly service: ServiceName;
  readonly working: WorkingSet;
  readonly deliberation: Deliberation;
  readonly isParked: (parkKey: string) => boolean;
  readonly park: (parkKey: string) => void;
};

/** How a request ended. */
export type CommandResult = Pick<CommandHandled['data'], 'result' | 'refused' | 'because' | 'facts'>;

/** A request that a rule, or its own defects, keep from being carried out. */
export const refused = (name: string, because: string): CommandResult => ({
  result: 'refused',
  refused: name,
  because: sentence(because),
  facts: [],
});

/** What led to the facts of a request: the request itself, and whoever asked. */
export function causeOfCommand({ commandId, content }: HeardCommand, service: ServiceName, time: Instant): Cause {
  const request = content.kind === 'readable' ? content.request : null;
  return {
    id: commandId,
    causationId: request?.id ?? null,
    correlationId: request?.correlationId ?? derivedId(commandId),
    actor: request?.actor ?? `service:${service}`,
    time,
  };
}

type Refused = { readonly refused: string; readonly because: string };

const ENTITY_PARKED: Refused = { refused: 'entity-parked', because: 'An earlier message of this entity is parked.' };

/** Gives each kind of input its due: facts may park, requests end in exactly one outcome, observations are answered. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly parked: ParkedMessage[] = [];
  readonly handled: HandledCommand[] = [];
  readonly outcomes: Outcome[] = [];
  readonly failures: string[] = [];

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** A deadline whose decision fails parks nothing: it has passed, its entity is as before, and somebody must look. */
  readonly onDeadlineFailure = ({ type, key }: WorkingEntity, because: string): void => {
    this.failures.push(`deadline of ${type}/${key}: ${because}`);
  };

  hear(translation: Translation): void {
    const { input } = translation;
    switch (input.kind) {
      case 'fact':
        this.#hearFact(input, translation);
        return;
      case 'command':
        this.#handleCommand(input, translation);
        return;
      case 'observation':
        this.#answer(input);
        return;
    }
  }

  #hearFact(input: HeardFact, { intentions, obstacle, horizon }: Translation): void {
    const { entity, key } = input.subject;
    if (obstacle !== null) {
      this.#park(input, factParkKey(entity, key), { type: entity, key }, obstacle, horizon);
      return;
    }
    if (input.content.kind === 'unreadable') return;
    const cause = this.#causeOf(input.content.event);
    const { isParked, deliberation } = this.#options;
    const waiting = new Set<string>();
    const marks = new Map<string, () => void>();
    const wait = (id: EntityId, reason: { readonly because: string; readonly behind: boolean }): void => {
      const parkKey = entityParkKey(id.type, id.key);
      waiting.add(parkKey);
      this.#park(input, parkKey, id, reason, horizon);
    };
    for (const intention of intentions) {
      const id = { type: intention.entityType.type, key: intention.key };
      const parkKey = entityParkKey(id.type, id.key);
      if (waiting.has(parkKey)) continue;
      if (isParked(parkKey)) {
        wait(id, { because: ENTITY_PARKED.because, behind: true });
        continue;
      }
      if (!marks.has(parkKey)) marks.set(parkKey, deliberation.mark(id));
      const decision = deliberation.decide(intention, cause);
      if (decision.kind !== 'failed') continue;
      // The fact will be heard again as a whole by this entity, so nothing of it may be left now.
      marks.get(parkKey)?.();
      wait(id, { because: decision.because, behind: false });
    }
  }

  /**
   * Lets one entity decide again about a fact that it could not decide about when it came. Returns why it still cannot,
   * and then it is as before; null once it has.
   */
  hearAgain(id: EntityId, { input, intentions }: Translation): string | null {
    assert(input.kind === 'fact' && input.content.kind === 'readable', 'what an entity decides about can be read');
    const cause = this.#causeOf(input.content.event);
    const goBack = this.#options.deliberation.mark(id);
    for (const intention of intentions) {
      const decision = this.#options.deliberation.decide(intention, cause);
      if (decision.kind !== 'failed') continue;
      goBack();
      return decision.because;
    }
    return null;
  }

  #causeOf({ id, correlationId, time }: Recorded<AnyEvent>): Cause {
    return { id, causationId: id, correlationId, actor: `service:${this.#options.service}`, time };
  }

  #park(
    { lane, message, content }: HeardFact,
    parkKey: string,
    { type, key }: { readonly type: string; readonly key: string },
    { because: words, behind }: { readonly because: string; readonly behind: boolean },
    horizon: Instant,
  ): void {
    const because = sentence(words);
    const { service, working, deliberation, park } = this.#options;
    const { sequence: position, subject, body } = message;
    park(parkKey);
    this.parked.push({ parkKey, lane, position, subject, body, because });
    const event = content.kind === 'readable' ? content.event : null;
    const root = derivedId(`parked|${lane}|${position}|${parkKey}`);
    deliberation.remark(
      {
        type: 'EventParked',
        data: {
          entity: type,
          key: keyToken(key),
          lane: streamOf(lane),
          position,
          eventId: event?.id ?? null,
          because,
          behind,
        },
      },
      working.get(type, key),
      {
        id: root,
        causationId: event?.id ?? null,
        correlationId: event?.correlationId ?? root,
        actor: `service:${service}`,
        time: event?.time ?? horizon,
      },
    );
  }

  #handleCommand(input: HeardCommand, { intentions: [intention], obstacle, horizon }: Translation): void {
    const { subject } = input;
    const cause = causeOfCommand(input, this.#options.service, horizon);
    const result = this.#decideCommand(intention, obstacle, cause);
    const id =
      intention === undefined
        ? { type: subject.entity, key: subject.key }
        : { type: intention.entityType.type, key: intention.key };
    this.endCommand(input, id, cause, result);
  }

  /** Says how a request ended, about the entity that was asked, right after what it led to. */
  endCommand(input: HeardCommand, id: EntityId, cause: Cause, result: CommandResult): void {
    const { working, deliberation } = this.#options;
    const { commandId, sequence, subject, content } = input;
    const request = content.kind === 'readable' ? content.request : null;
    deliberation.remark(
      {
        type: 'CommandHandled',
        data: {
          entity: id.type,
          key: keyToken(id.key),
          command: request?.type ?? commandNamed(subject),
          commandId,
          ...result,
        },
      },
      working.get(id.type, id.key),
      { ...cause, id: `${commandId}|handled` },
    );
    this.handled.push({ commandId, sequence });
  }

  #decideCommand(intention: Intention | undefined, obstacle: Translation['obstacle'], cause: Cause): CommandResult {
    if (intention === undefined)
      return refused(obstacle?.refused ?? 'invalid-command', obstacle?.because ?? 'Nothing was asked.');
    const decision = this.#decideUnlessParked(intention, cause);
    switch (decision.kind) {
      case 'refused':
        return refused(decision.refusal.refused, decision.refusal.because);
      case 'failed':
        this.failures.push(`request ${cause.id}: ${decision.because}`);
        return refused('failed', decision.because);
      case 'said': {
        const facts = decision.facts.map(({ event }) => event.id);
        return { result: facts.length > 0 ? ('done' as const) : ('unchanged' as const), facts };
      }
    }
  }

  #answer({ causeId, causationId, correlationId, actor, time, intentions, isWhole = false }: Observation): void {
    const cause: Cause = {
      id: causeId,
      causationId: causationId ?? null,
      correlationId: correlationId ?? derivedId(causeId),
      actor: actor ?? `service:${this.#options.service}`,
      time,
    };
    const decisions = isWhole
      ? this.#decideWholly(intentions, cause)
      : intentions.map((intention) => this.#decideUnlessParked(intention, cause));
    const refusal = decisions.find((decision) => decision.kind === 'refused')?.refusal ?? null;
    const failed = decisions.find((decision) => decision.kind === 'failed');
    if (failed !== undefined) this.failures.push(`observation ${causeId}: ${failed.because}`);
    const facts = decisions.flatMap((decision) =>
      decision.kind === 'said' ? decision.facts.map(({ event }) => event) : [],
    );
    this.outcomes.push({
      facts,
      refusal: failed === undefined ? refusal : { refused: 'failed', because: failed.because },
    });
  }

  /** Returns every decision, or the one that kept the others from being made. */
  #decideWholly(intentions: readonly Intention[], cause: Cause): readonly Decision[] {
    const { deliberation } = this.#options;
    const entities = new Map(
      intentions.map(({ entityType: { type }, key }) => [entityParkKey(type, key), { type, key }] as const),
    );
    const marks = [...entities.values()].map((id) => deliberation.mark(id));
    const decisions: Decision[] = [];
    for (const intention of intentions) {
      const decision = this.#decideUnlessParked(intention, cause);
      if (decision.kind !== 'said') {
        for (const goBack of marks) goBack();
        return [decision];
      }
      decisions.push(decision);
    }
    return decisions;
  }

  #decideUnlessParked(intention: Intention, cause: Cause): Decision {
    const { isParked, deliberation } = this.#options;
    if (isParked(entityParkKey(intention.entityType.type, intention.key)))
      return { kind: 'refused', refusal: ENTITY_PARKED };
    return deliberation.decide(intention, cause);
  }
}

const pascal = (token: string): string =>
  token.replaceAll(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());

/** The name of a request that could not be read, from the subject that it came on. */
const commandNamed = ({ entity, event }: { readonly entity: string; readonly event: string }): string =>
  isCommandName(pascal(event)) ? pascal(event) : pascal(event) + pascal(entity);
