import { validateEvent, type AnyEvent } from '@tocsin/contracts';
import { assert, isRefusal, Unreachable, type Instant, type Message, type Refusal } from '@tocsin/domain-kit';
import type { EventLog, Intention, Observation, Outcome, Sql, Tenure } from '@tocsin/event-log';

/** A fact as the memory log keeps it; its id follows from its cause, as in the journal. */
export type Kept = { readonly id: string; readonly time: Instant; readonly event: AnyEvent };

type Entity = {
  readonly type: Intention['entityType'];
  readonly key: string;
  readonly state: unknown;
  readonly deadlines: readonly { readonly name: string; readonly at: Instant }[];
};

/**
 * The step of the event log, in memory: deadlines pass in order before what comes at or after their time, observations
 * of one call commit together or not at all, and no fact has the id of another. It can be told to fail.
 */
export class MemoryLog implements Pick<EventLog, 'tenure' | 'perform' | 'sql'> {
  readonly kept: Kept[] = [];
  /** What happens to the next calls: no step takes them, or one does and nobody hears of it. */
  readonly failures: ('before-commit' | 'after-commit' | 'none')[] = [];
  deadlinesPassed = 0;
  tenure: Tenure | null = 1;
  readonly #ids = new Set<string>();
  #entities: ReadonlyMap<string, Entity> = new Map<string, Entity>();
  #ordinals = new Map<string, number>();

  readonly sql: Sql = {
    query: (_text, values = []) => {
      const rows = [...this.#entities.values()]
        .filter(({ type }) => type.type === values[0])
        .map(({ key, state }) => ({ key, state }));
      // As a database does: what was written comes back as text, and the reader says what it takes it for.
      return Promise.resolve(JSON.parse(JSON.stringify({ rows, rowCount: rows.length })));
    },
  };

  perform(observations: readonly Observation[], tenure?: Tenure): Promise<readonly Outcome[]> {
    if (tenure !== undefined && tenure !== this.tenure)
      return Promise.reject(new Unreachable('the lease was lost since this was observed', { retryAfterMs: 1 }));
    const failure = this.failures.shift() ?? 'none';
    if (failure === 'before-commit') return Promise.reject(new Unreachable('no step took it', { retryAfterMs: 1 }));
    const { length } = this.kept;
    const entities = new Map(this.#entities);
    this.#ordinals = new Map();
    try {
      const outcomes = observations.map((observation) => this.#answer(observation));
      for (const { id } of this.kept.slice(length)) {
        assert(!this.#ids.has(id), `the fact ${id} was said once`);
        this.#ids.add(id);
      }
      if (failure === 'none') return Promise.resolve(outcomes);
      return Promise.reject(new Unreachable('the connection was lost', { retryAfterMs: 1 }));
    } catch (error) {
      this.kept.length = length;
      this.#entities = entities;
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #answer({ causeId, time, intentions }: Observation): Outcome {
    this.#passDeadlines(time);
    const decided = intentions.map((intention) => this.#decide(intention, causeId, time));
    return {
      facts: decided.flatMap((outcome) => (isRefusal(outcome) ? [] : outcome)),
      refusal: decided.find((outcome) => isRefusal(outcome)) ?? null,
    };
  }

  #passDeadlines(horizon: Instant): void {
    for (;;) {
      const [due] = [...this.#entities.values()]
        .flatMap(({ type, key, deadlines }) => deadlines.map(({ name, at }) => ({ type, key, name, at })))
        .filter(({ at }) => at <= horizon)
        .sort((one, other) => (`${one.at} ${one.key}` < `${other.at} ${other.key}` ? -1 : 1));
      if (due === undefined) return;
      const { type, key, name, at } = due;
      const command = type.onDeadline?.({ name, dueAt: at, at: horizon }, key);
      assert(command !== undefined, 'a deadline becomes a command');
      const said = this.#decide({ entityType: type, key, command }, `deadline|${key}|${name}|${at}`, at);
      assert(!isRefusal(said) && said.length > 0, `the deadline of ${key} at ${at} has something to say`);
      this.deadlinesPassed += 1;
    }
  }

  #decide(
    { entityType: type, key, command }: Intention,
    causeId: string,
    time: Instant,
  ): readonly AnyEvent[] | Refusal {
    const entities = new Map(this.#entities);
    let state = entities.get(key)?.state ?? type.decider.initialState();
    const outcome = type.decider.decide(command, state);
    if (isRefusal(outcome)) return outcome;
    const events = outcome.map((event: Message) => {
      validateEvent(event);
      state = type.decider.evolve(state, event);
      this.kept.push({ id: `${causeId}|${key}|${this.#ordinalOf(`${causeId}|${key}`)}`, time, event });
      return event;
    });
    this.#entities = entities.set(key, { type, key, state, deadlines: type.deadlines?.(state, key) ?? [] });
    return events;
  }

  #ordinalOf(place: string): number {
    const ordinal = this.#ordinals.get(place) ?? 0;
    this.#ordinals.set(place, ordinal + 1);
    return ordinal;
  }
}
