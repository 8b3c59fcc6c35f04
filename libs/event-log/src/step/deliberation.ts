import type { AnyEvent, ServiceName } from '@tocsin/contracts';
import { isRefusal, type Instant, type Message, type Refusal } from '@tocsin/domain-kit';
import type { JournalEntry } from '../journal/journal.ts';
import type { EntityId } from './entity-store.ts';
import type { Intention } from './entity-type.ts';
import { derivedId } from './identity.ts';
import { entityParkKey } from './parking.ts';
import { keyToken, reasonOf, Voice, type Cause, type Said } from './voice.ts';
import type { WorkingEntity, WorkingSet } from './working-set.ts';

/** What one intention led to. A failure is our bug or poison: the entity's state is as it was before. */
export type Decision =
  | { readonly kind: 'said'; readonly facts: readonly Said[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly because: string };

/**
 * The part of a step in which entities decide: in memory, in order, without waiting. What they say is collected for
 * the journal; nothing of it exists before the transaction commits.
 */
export class Deliberation {
  readonly #voice: Voice;
  readonly #working: WorkingSet;
  readonly #service: ServiceName;
  readonly #isParked: (parkKey: string) => boolean;
  readonly #said: { readonly said: Said; readonly speaker: WorkingEntity }[] = [];

  constructor(options: {
    readonly service: ServiceName;
    readonly working: WorkingSet;
    readonly wallMs: () => number;
    readonly isParked: (parkKey: string) => boolean;
  }) {
    this.#service = options.service;
    this.#working = options.working;
    this.#voice = new Voice(options.service, options.wallMs);
    this.#isParked = options.isParked;
  }

  get said(): readonly Said[] {
    return this.#said.map(({ said }) => said);
  }

  get journal(): readonly JournalEntry[] {
    return this.#said.map(({ said: { entry } }) => entry);
  }

  /** Remembers how an entity stands; going back takes back whatever it has said since, and nothing else. */
  mark({ type, key }: EntityId): () => void {
    const entity = this.#working.get(type, key);
    const goBack = this.#working.snapshot(entity);
    const saidBefore = this.#said.length;
    return () => {
      goBack();
      const ofOthers = this.#said.splice(saidBefore).filter(({ speaker }) => speaker !== entity);
      this.#said.push(...ofOthers);
    };
  }

  /** Lets one entity decide one command. */
  decide({ entityType, key, command }: Intention, cause: Cause): Decision {
    const entity = this.#working.get(entityType.type, key);
    const goBack = this.mark({ type: entityType.type, key });
    try {
      const outcome = entityType.decider.decide(command, entity.state);
      if (isRefusal(outcome)) return { kind: 'refused', refusal: outcome };
      const facts = outcome.map((event) => {
        this.#working.evolve(entity, event);
        return this.#say(asEvent(event), entity, cause);
      });
      if (facts.length > 0) this.#working.settle(entity);
      return { kind: 'said', facts };
    } catch (error) {
      goBack();
      return { kind: 'failed', because: reasonOf(error) };
    }
  }

  /** Fires what is due up to `horizon`, earliest first. Deadlines of parked entities wait until they are redriven. */
  passDeadlines(horizon: Instant, onFailure: (entity: WorkingEntity, because: string) => void): void {
    const mayFire = ({ type, key }: WorkingEntity) => !this.#isParked(entityParkKey(type, key));
    for (;;) {
      const due = this.#working.nextDue(horizon, mayFire);
      if (due === null) return;
      this.#pass(due, horizon, onFailure);
    }
  }

  /** Says a fact about an entity that its decider does not know of, such as a parked message. */
  remark(event: AnyEvent, entity: WorkingEntity, cause: Cause): Said {
    const said = this.#say(event, entity, cause);
    entity.isChanged = true;
    return said;
  }

  #pass(
    { entity, name, dueAt }: { readonly entity: WorkingEntity; readonly name: string; readonly dueAt: Instant },
    horizon: Instant,
    onFailure: (entity: WorkingEntity, because: string) => void,
  ): void {
    const { type, key, entityType } = entity;
    this.#working.markFired(entity, name, dueAt);
    const root = derivedId(`deadline|${this.#service}|${type}/${key}|${name}|${dueAt}`);
    const actor = `service:${this.#service}`;
    const passed = this.remark(
      { type: 'DeadlinePassed', data: { entity: type, key: keyToken(key), deadline: name, dueAt } },
      entity,
      { id: root, causationId: null, correlationId: root, actor, time: dueAt },
    );
    const command = entityType?.onDeadline?.({ name, dueAt, at: horizon }, key);
    if (entityType === null || command === undefined) return;
    const { id } = passed.event;
    const decision = this.decide(
      { entityType, key, command },
      { id, causationId: id, correlationId: root, actor, time: dueAt },
    );
    if (decision.kind === 'failed') onFailure(entity, decision.because);
  }

  #say(event: AnyEvent, entity: WorkingEntity, cause: Cause): Said {
    entity.version += 1;
    const said = this.#voice.say(event, entity, cause);
    this.#said.push({ said, speaker: entity });
    return said;
  }
}

/** Deciders of a service say events of the catalogue; the codec checks it against the schema when the fact is encoded. */
const asEvent = (event: Message): AnyEvent => event as AnyEvent;
