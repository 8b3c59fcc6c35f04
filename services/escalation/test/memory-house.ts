import {
  ownerKeyOf,
  tenantOf,
  validateCommand,
  validateEvent,
  type AnyCommand,
  type AnyEvent,
  type Recorded,
  type Requested,
  type ServiceName,
} from '@tocsin/contracts';
import { isRefusal, type Instant, type Message } from '@tocsin/domain-kit';
import type { AnyEntityType, Intention, Local, LocalModel } from '@tocsin/event-log';
import { CONTROLLERS, LOCALS } from '../src/escalation.module.ts';
import { entities } from '../src/entities.ts';
import { recorded } from './facts.ts';

/** A model whose own types are closed over, as the log keeps it. */
type AnyModel = (typeof LOCALS)[number];
type Method = (message: unknown, ...more: readonly unknown[]) => Intention | readonly Intention[];

/** Where the decorators of controllers leave what a method listens to. */
const PATTERNS = 'microservices:pattern';

/** What every method of every controller listens to. */
const LISTENERS: readonly { readonly name: string; readonly listen: Method }[] = CONTROLLERS.flatMap((Controller) => {
  const controller = new Controller();
  const prototype: object = Controller.prototype;
  return Object.getOwnPropertyNames(prototype).flatMap((property) => {
    const method = Reflect.get(prototype, property) as Method;
    const patterns = (Reflect.getMetadata(PATTERNS, method) as readonly unknown[] | undefined) ?? [];
    return patterns.flat().map((name) => ({ name: String(name), listen: method.bind(controller) }));
  });
});

/**
 * Everything that escalation decides, in memory and in order: its models, controllers, deciders and deadlines without
 * servers and watches. A story that takes days is told in milliseconds, and a thousand of them in a second.
 */
export class MemoryHouse {
  readonly said: Recorded<AnyEvent>[] = [];
  readonly refused: string[] = [];
  readonly #values = new Map<AnyModel, Map<string, unknown>>(LOCALS.map((model) => [model, new Map()]));
  readonly #states = new Map<AnyEntityType, Map<string, unknown>>(entities.map((type) => [type, new Map()]));
  readonly #fired = new Set<string>();
  readonly #ownLane: Recorded<AnyEvent>[] = [];
  #heard = 0;

  /** Lets time pass, and what waits for it. */
  pass(until: Instant): void {
    for (;;) {
      const due = this.#deadlines()
        .filter(({ at, id }) => at <= until && !this.#fired.has(id))
        .sort((a, b) => (a.at < b.at ? -1 : 1))[0];
      if (due === undefined) return;
      this.#fired.add(due.id);
      const command = due.entityType.onDeadline?.({ name: due.name, dueAt: due.at, at: until }, due.key);
      if (command !== undefined) this.#decide([{ entityType: due.entityType, key: due.key, command }], due.at);
    }
  }

  /** Hears facts of another service, said at `time`, after everything that was due by then. */
  hear(service: ServiceName, time: Instant, ...facts: readonly AnyEvent[]): void {
    for (const fact of facts) {
      validateEvent(fact);
      this.#hear(recorded(fact, { id: `heard-${(this.#heard += 1)}`, time, service }), true);
    }
  }

  /** Handles the request of a person. */
  ask(command: AnyCommand, actor: string, at: Instant): void {
    validateCommand(command);
    this.pass(at);
    const id = `asked-${(this.#heard += 1)}`;
    const request: Requested<AnyCommand> = Object.assign(
      { id, tenant: tenantOf(command), key: id, actor, correlationId: id, expiresAt: null, sequence: 1 },
      command,
    );
    this.#decide(
      listenersOf(command).flatMap((listen) => listen(request, at, this.#local)),
      at,
    );
  }

  /** What an entity has said. */
  factsOf(type: string, key: string): readonly Recorded<AnyEvent>[] {
    return this.said.filter((event) => {
      const speaker = ownerKeyOf(event);
      return speaker.owner === type && speaker.key === key;
    });
  }

  /** What the entities of a kind remember, by their keys. */
  states(type: string): ReadonlyMap<string, unknown> {
    const entityType = entities.find((each) => each.type === type);
    return (entityType && this.#states.get(entityType)) ?? new Map<string, unknown>();
  }

  readonly #local: Local = {
    get: <Value, Event extends AnyEvent>(model: LocalModel<Value, Event>, key: string) =>
      this.#values.get(model as unknown as AnyModel)?.get(key) as Value | undefined,
  };

  #hear(event: Recorded<AnyEvent>, isForeign: boolean): void {
    this.pass(event.time);
    if (isForeign) this.#fold(event);
    this.#decide(
      listenersOf(event).flatMap((listen) => listen(event, this.#local)),
      event.time,
    );
  }

  #fold(event: Recorded<AnyEvent>): void {
    for (const [model, values] of this.#values) {
      if (!model.hears.some((name) => name === event.type)) continue;
      const open = model as unknown as LocalModel<unknown>;
      const key = open.keyOf(event);
      values.set(key, open.fold(values.get(key), event));
    }
  }

  /** Decides, lets the models fold what was said, and only then hears it as everybody else does. */
  #decide(intentions: readonly Intention[], time: Instant): void {
    for (const { entityType, key, command } of intentions) {
      const states = this.#states.get(entityType);
      const before = states?.get(key) ?? entityType.decider.initialState();
      const outcome = entityType.decider.decide(command, before);
      if (isRefusal(outcome)) {
        this.refused.push(outcome.refused);
        continue;
      }
      const events = outcome.map(asEvent);
      states?.set(
        key,
        events.reduce((state, event) => entityType.decider.evolve(state, event), before),
      );
      for (const event of events) {
        const id = `said-${this.said.length}`;
        const fact: Recorded<AnyEvent> = recorded(event, { id, time, service: 'escalation' });
        this.said.push(fact);
        this.#fold(fact);
        this.#ownLane.push(fact);
      }
    }
    for (let own = this.#ownLane.shift(); own !== undefined; own = this.#ownLane.shift()) this.#hear(own, false);
  }

  #deadlines() {
    return [...this.#states].flatMap(([entityType, states]) =>
      [...states].flatMap(([key, state]) =>
        (entityType.deadlines?.(state, key) ?? []).map(({ name, at }) => ({
          entityType,
          key,
          name,
          at,
          id: `${entityType.type} ${key} ${name} ${at}`,
        })),
      ),
    );
  }
}

const listenersOf = ({ type }: Message): readonly ((...message: readonly unknown[]) => readonly Intention[])[] =>
  LISTENERS.filter(({ name }) => name === type).map(
    ({ listen }) =>
      (message, ...more) =>
        [listen(message, ...more)].flat(),
  );

/** What is said can be said. */
function asEvent(event: Message): AnyEvent {
  validateEvent(event);
  return event;
}
