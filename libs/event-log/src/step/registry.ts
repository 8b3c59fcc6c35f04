import type { AnyCommand, AnyEvent, EventName, Recorded, Requested } from '@tocsin/contracts';
import { assert, type Instant } from '@tocsin/domain-kit';
import type { AnyEntityType, Intention } from './entity-type.ts';
import type { AnyLocalModel, Local } from './local-model.ts';

/** A controller's method, closed over its own event. */
export type AnyEventListener = (event: Recorded<AnyEvent>, local: Local) => readonly Intention[];

/** A controller's method for a request, closed over its own command. */
export type AnyCommandListener = (request: Requested<AnyCommand>, at: Instant, local: Local) => Intention;

/** What a service is made of, as the step looks it up. */
export class Registry {
  readonly entityTypes: ReadonlyMap<string, AnyEntityType>;
  readonly locals: readonly AnyLocalModel[];
  readonly #listeners = new Map<EventName, AnyEventListener[]>();
  readonly #handlers = new Map<string, AnyCommandListener>();

  constructor(entityTypes: readonly AnyEntityType[], locals: readonly AnyLocalModel[]) {
    this.entityTypes = new Map(entityTypes.map((entityType) => [entityType.type, entityType]));
    assert(this.entityTypes.size === entityTypes.length, 'each entity type of a service has a name of its own');
    this.locals = locals;
  }

  listen(name: EventName, listener: AnyEventListener): void {
    this.#listeners.set(name, [...this.listenersOf(name), listener]);
  }

  handle(name: string, handler: AnyCommandListener): void {
    assert(name !== 'RedriveParked', 'what is parked is redriven by the step itself');
    assert(!this.#handlers.has(name), `only one controller handles ${name}`);
    this.#handlers.set(name, handler);
  }

  listenersOf(name: EventName): readonly AnyEventListener[] {
    return this.#listeners.get(name) ?? [];
  }

  handlerOf(name: string): AnyCommandListener | undefined {
    return this.#handlers.get(name);
  }

  /** Tells whether anything here would change by hearing this fact. */
  hears(name: EventName): boolean {
    return this.#listeners.has(name) || this.locals.some(({ hears }) => hears.includes(name));
  }
}
