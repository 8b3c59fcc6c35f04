import type { AnyCommand, AnyEvent, Recorded, Requested, ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { together } from '../postgres/in-flight.ts';
import type { Tables } from '../store/tables.ts';
import { Deliberation } from './deliberation.ts';
import type { EntityId, TimerRow } from './entity-store.ts';
import { Hearing } from './hearing.ts';
import { derivedId } from './identity.ts';
import type { Outcome, StepInput } from './inputs.ts';
import { LocalValues } from './local-values.ts';
import { entityParkKey, type ParkedId, type ParkedMessage } from './parking.ts';
import type { Registry } from './registry.ts';
import type { ServiceClock } from './service-clock.ts';
import { translate, type Translation } from './translation.ts';
import { timerChanges, WorkingSet } from './working-set.ts';

/** What a step did, to be told once it has committed. */
export type StepResult = {
  /** False when so many deadlines were due that only they were passed; the inputs come again. */
  readonly tookInputs: boolean;
  readonly said: readonly Recorded<AnyEvent>[];
  /** One per observation, in order. */
  readonly outcomes: readonly Outcome[];
  readonly parked: readonly ParkedMessage[];
  /** Messages that were parked and have been applied. */
  readonly unparked: readonly ParkedId[];
  /** Failures that could not be parked because no message stands behind them. */
  readonly failures: readonly string[];
};

export type EntityStepOptions = {
  readonly service: ServiceName;
  readonly registry: Registry;
  readonly clock: ServiceClock;
  readonly wallMs: () => number;
  readonly isParked: (parkKey: string) => boolean;
};

/** A step in the middle: everything that is touched is loaded, and nothing is written yet. */
export type OpenStep = {
  readonly working: WorkingSet;
  readonly deliberation: Deliberation;
  readonly hearing: Hearing;
  /** From here on a key stands still. */
  readonly park: (parkKey: string) => void;
};

/** Deadlines that one step passes at most; more of them have a step of their own before any input. */
const DEADLINES_AT_ONCE_MAX = 500;

/**
 * The middle of a step: translate, load, decide in order, write set-based. It runs inside the consumer's transaction
 * and keeps nothing of its own, so that a step that did not commit has not happened.
 */
export class EntityStep {
  readonly #options: EntityStepOptions;

  constructor(options: EntityStepOptions) {
    this.#options = options;
  }

  async apply(tables: Tables, inputs: readonly StepInput[]): Promise<StepResult> {
    const { clock, registry } = this.#options;
    const horizons = inputs.map((input) => this.#horizonOf(input));
    const last = clock.now();
    const locals = new LocalValues(registry.locals);
    const [due] = await together([
      tables.loadDueTimers(last, DEADLINES_AT_ONCE_MAX),
      locals.load(tables.sql, readable(inputs), asked(inputs)),
    ]);
    if (due.length === DEADLINES_AT_ONCE_MAX && inputs.length > 0) return this.#passOnly(tables, due);

    const translations = this.#translateAll(inputs, horizons, locals);
    const ids = [...due, ...translations.flatMap(({ touches }) => touches)];
    const opened = await this.open(tables, ids);
    const { deliberation, hearing } = opened;
    for (const translation of translations) {
      deliberation.passDeadlines(translation.horizon, hearing.onDeadlineFailure);
      hearing.hear(translation);
    }
    deliberation.passDeadlines(last, hearing.onDeadlineFailure);
    return this.write(tables, opened, locals);
  }

  /** Says a fact that no decider knows of, such as a halted lane, about the entity `id`. */
  async remark(tables: Tables, event: AnyEvent, id: EntityId, causeId: string): Promise<StepResult> {
    const { service, clock, registry } = this.#options;
    const opened = await this.open(tables, [id]);
    const { working, deliberation } = opened;
    const root = derivedId(causeId);
    deliberation.remark(event, working.get(id.type, id.key), {
      id: root,
      causationId: null,
      correlationId: root,
      actor: `service:${service}`,
      time: clock.now(),
    });
    return this.write(tables, opened, new LocalValues(registry.locals));
  }

  /** Passes deadlines alone, up to the last of those loaded. */
  async #passOnly(tables: Tables, due: readonly TimerRow[]): Promise<StepResult> {
    const opened = await this.open(tables, due);
    const horizon = due.at(-1)?.dueAt;
    if (horizon !== undefined) opened.deliberation.passDeadlines(horizon, opened.hearing.onDeadlineFailure);
    const result = await this.write(tables, opened, new LocalValues(this.#options.registry.locals));
    return { ...result, tookInputs: false };
  }

  #horizonOf(input: StepInput): Instant {
    const { clock } = this.#options;
    switch (input.kind) {
      case 'fact':
        return input.content.kind === 'readable' ? clock.hear(input.lane, input.content.event.time) : clock.persisted;
      case 'command':
        return clock.now();
      case 'observation':
        return clock.observe(input.time);
    }
  }

  #translateAll(
    inputs: readonly StepInput[],
    horizons: readonly Instant[],
    locals: LocalValues,
  ): readonly Translation[] {
    const { service, registry, isParked, clock } = this.#options;
    const parkedHere = new Set<string>();
    return inputs.map((input, index) =>
      translate(input, {
        service,
        horizon: horizons[index] ?? clock.persisted,
        registry,
        locals,
        parkedHere,
        isParked: (parkKey) => parkedHere.has(parkKey) || isParked(parkKey),
      }),
    );
  }

  /** Loads what is touched, for deciding in memory. `isParked` is what stands still outside of this step. */
  async open(
    tables: Tables,
    touched: readonly EntityId[],
    isParked: (parkKey: string) => boolean = this.#options.isParked,
  ): Promise<OpenStep> {
    const { service, registry, wallMs } = this.#options;
    const ids = uniqueIds(touched);
    const working = new WorkingSet(registry.entityTypes);
    const watched = ids.filter(({ type }) => registry.entityTypes.get(type)?.deadlines !== undefined);
    const [rows, timers] = await together([tables.loadEntities(ids), tables.loadTimersOf(watched)]);
    working.admit(ids, rows, timers);
    const parkedHere = new Set<string>();
    const parkedOrHere = (parkKey: string) => parkedHere.has(parkKey) || isParked(parkKey);
    const park = (parkKey: string) => {
      parkedHere.add(parkKey);
    };
    const deliberation = new Deliberation({ service, working, wallMs, isParked: parkedOrHere });
    const hearing = new Hearing({ service, working, deliberation, isParked: parkedOrHere, park });
    return { working, deliberation, hearing, park };
  }

  /** Writes what was decided, set-based; `unparked` has been applied and waits no longer. */
  async write(
    tables: Tables,
    { working, deliberation, hearing }: OpenStep,
    locals: LocalValues,
    unparked: readonly ParkedId[] = [],
  ): Promise<StepResult> {
    const said = deliberation.said.map(({ event }) => event);
    await locals.load(tables.sql, said);
    for (const event of said) locals.fold(event);
    const { changed } = working;
    const { parked, handled, outcomes, failures } = hearing;
    const { service, clock } = this.#options;
    await together([
      tables.writeStep({
        entities: changed,
        ...timerChanges(changed),
        journal: deliberation.journal,
        parked,
        unparked,
        handled,
      }),
      tables.writeServiceTime(service, clock.persisted),
      locals.save(tables.sql),
    ]);
    return { tookInputs: true, said, outcomes, parked, unparked, failures };
  }
}

const readable = (inputs: readonly StepInput[]): readonly Recorded<AnyEvent>[] =>
  inputs.flatMap((input) => (input.kind === 'fact' && input.content.kind === 'readable' ? [input.content.event] : []));

const asked = (inputs: readonly StepInput[]): readonly Requested<AnyCommand>[] =>
  inputs.flatMap((input) =>
    input.kind === 'command' && input.content.kind === 'readable' ? [input.content.request] : [],
  );

function uniqueIds(ids: readonly EntityId[]): readonly EntityId[] {
  return [...new Map(ids.map(({ type, key }) => [entityParkKey(type, key), { type, key }])).values()];
}
