import type { AnyCommand, AnyEvent, Recorded, Requested } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import { together } from '../postgres/in-flight.ts';
import type { Sql } from '../postgres/sql.ts';
import type { AnyLocalModel, Local } from './local-model.ts';

/** The values of one local model in one step: loaded with one statement, folded in memory, written with one. */
class ValuesOfModel {
  readonly model: AnyLocalModel;
  readonly #values = new Map<string, unknown>();
  readonly #changed = new Set<string>();
  readonly #known = new Set<string>();

  constructor(model: AnyLocalModel) {
    this.model = model;
  }

  async load(
    sql: Sql,
    events: readonly Recorded<AnyEvent>[],
    requests: readonly Requested<AnyCommand>[],
  ): Promise<void> {
    const keys = new Set([
      ...events.flatMap((event) => this.#keysOf(event)),
      ...requests.flatMap((request) => this.#keysAsked(request)),
    ]);
    const unknown = [...keys].filter((key) => !this.#known.has(key));
    if (unknown.length === 0) return;
    for (const [key, value] of await this.model.load(sql, unknown)) this.#values.set(key, value);
    for (const key of unknown) this.#known.add(key);
  }

  #keysOf(event: Recorded<AnyEvent>): readonly string[] {
    const { hears, reads } = this.model;
    return [
      ...(hears.includes(event.type) ? [this.model.keyOf(event)] : []),
      ...(reads?.on.includes(event.type) === true ? reads.keysOf(event) : []),
    ];
  }

  #keysAsked(request: Requested<AnyCommand>): readonly string[] {
    const { asked } = this.model;
    return asked?.on.includes(request.type) === true ? asked.keysOf(request) : [];
  }

  /**
   * Returns how to remember `event`, so that all models fold it or none does; null where this one does not hear it.
   * What is remembered can be forgotten again.
   */
  fold(event: Recorded<AnyEvent>): (() => () => void) | null {
    if (!this.model.hears.includes(event.type)) return null;
    const key = this.model.keyOf(event);
    const before = this.#values.get(key);
    const value = this.model.fold(before, event);
    if (Object.is(value, before)) return () => () => undefined;
    return () => {
      const wasChanged = this.#changed.has(key);
      this.#values.set(key, value);
      this.#changed.add(key);
      return () => {
        if (before === undefined) this.#values.delete(key);
        else this.#values.set(key, before);
        if (!wasChanged) this.#changed.delete(key);
      };
    };
  }

  get(key: string): unknown {
    assert(
      this.#known.has(key),
      `local model ${this.model.name} was asked for '${key}', which the message does not touch`,
    );
    return this.#values.get(key);
  }

  async save(sql: Sql): Promise<void> {
    if (this.#changed.size === 0) return;
    await this.model.save(sql, new Map([...this.#changed].map((key) => [key, this.#values.get(key)])));
  }
}

/** All local models of a service in one step. */
export class LocalValues implements Local {
  readonly #models: readonly ValuesOfModel[];

  constructor(models: readonly AnyLocalModel[]) {
    this.#models = models.map((model) => new ValuesOfModel(model));
  }

  async load(
    sql: Sql,
    events: readonly Recorded<AnyEvent>[],
    requests: readonly Requested<AnyCommand>[] = [],
  ): Promise<void> {
    await together(this.#models.map((values) => values.load(sql, events, requests)));
  }

  /** Lets all models remember a fact; returns how they forget it again, before anything else is remembered. */
  fold(event: Recorded<AnyEvent>): () => void {
    const forget = this.#models.map((values) => values.fold(event)).map((remember) => remember?.());
    return () => {
      for (const each of forget) each?.();
    };
  }

  // A model is looked up by identity, so its value is of its own type; the map in between cannot say so.
  get<Value>(model: { readonly name: string }, key: string): Value | undefined {
    const values = this.#models.find((candidate) => Object.is(candidate.model, model));
    assert(values !== undefined, `local model ${model.name} is registered with the service`);
    return values.get(key) as Value | undefined;
  }

  async save(sql: Sql): Promise<void> {
    await together(this.#models.map((values) => values.save(sql)));
  }
}
