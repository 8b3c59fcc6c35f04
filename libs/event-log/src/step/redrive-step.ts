import { isServiceName, type RedriveParked, type Requested, type ServiceName } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import type { Tables } from '../store/tables.ts';
import type { EntityStep, StepResult } from './entity-step.ts';
import type { EntityId } from './entity-store.ts';
import { causeOfCommand, refused, type CommandResult } from './hearing.ts';
import type { HeardCommand, HeardFact } from './inputs.ts';
import { heardFact } from './lane-input.ts';
import { LocalValues } from './local-values.ts';
import { parkedThing, type ParkedMessage } from './parking.ts';
import type { Registry } from './registry.ts';
import type { ServiceClock } from './service-clock.ts';
import { translate, translateFor, type Translation } from './translation.ts';
import { keyToken, sentence } from './voice.ts';

export type RedriveStepOptions = {
  readonly service: ServiceName;
  readonly step: EntityStep;
  readonly registry: Registry;
  readonly clock: ServiceClock;
  /** Messages waiting per park key, as last committed. */
  readonly parked: ReadonlyMap<string, number>;
};

/** A message that waits, and what it means now. */
type Waiting = { readonly message: ParkedMessage; readonly translation: Translation };

/** What could be applied, and why the next message of a key could not. */
type Progress = { readonly applied: ParkedMessage[]; readonly stuck: Map<string, string> };

/** Messages that one request applies at most; whoever has more asks again. */
const REDRIVEN_MAX = 500;

/**
 * Applies parked messages in the order in which they came, as if they were heard now: through the same controllers,
 * deciders and deadlines, in one transaction, and without the checkpoint, which passed them long ago. A key stops again
 * at the first message that still fails; what came before is applied, and everything behind waits on.
 */
export class RedriveStep {
  readonly #options: RedriveStepOptions;

  constructor(options: RedriveStepOptions) {
    this.#options = options;
  }

  async apply(tables: Tables, input: HeardCommand, request: Requested<RedriveParked>): Promise<StepResult> {
    const { service, step, registry, clock } = this.#options;
    const parkKeys = this.#keysOf(request.data);
    const [first] = parkKeys;
    const id = first === undefined ? { type: request.data.entity, key: request.data.key } : thingOf(first);
    const messages = first === undefined ? [] : await tables.loadParked(parkKeys, REDRIVEN_MAX);
    if (messages.length === 0)
      return this.#end(tables, input, id, refused('key-not-parked', 'Nothing of this key is parked.'));

    const locals = new LocalValues(registry.locals);
    const progress: Progress = { applied: [], stuck: new Map() };
    const standsStill = (parkKey: string) => !parkKeys.includes(parkKey) && this.#options.parked.has(parkKey);
    const facts = messages.map(factOf);
    await locals.load(
      tables.sql,
      facts.flatMap(({ content }) => (content.kind === 'readable' ? [content.event] : [])),
    );
    const waiting = this.#translate(messages, facts, { locals, standsStill, progress });
    const touched = waiting.flatMap(({ translation: { touches } }) => touches);
    const opened = await step.open(tables, [id, ...touched], standsStill);
    const { deliberation, hearing, working, park } = opened;
    for (const { message, translation } of waiting) {
      const { parkKey } = message;
      if (progress.stuck.has(parkKey)) continue;
      deliberation.passDeadlines(translation.horizon, hearing.onDeadlineFailure);
      if (parkedThing(parkKey).kind === 'fact') hearing.hear(translation);
      else {
        const because = hearing.hearAgain(thingOf(parkKey), translation);
        if (because !== null) {
          progress.stuck.set(parkKey, because);
          park(parkKey);
          continue;
        }
      }
      progress.applied.push(message);
    }

    const { applied, stuck } = progress;
    const [because = null] = stuck.values();
    const left = this.#waitingUnder(parkKeys) - applied.length;
    if (request.data.rehearse) return this.#end(tables, input, id, rehearsed(applied.length, left, because));
    if (applied.length === 0)
      return this.#end(tables, input, id, refused('still-failing', because ?? 'Nothing could be applied.'));
    const cause = causeOfCommand(input, service, clock.now());
    const { actor, data } = request;
    const redriven = deliberation.remark(
      {
        type: 'EventRedriven',
        data: {
          entity: id.type,
          key: keyToken(id.key),
          applied: applied.length,
          left,
          because: because === null ? null : sentence(because),
          parkedKeys: this.#keysAfter(applied, hearing.parked),
          by: actor,
          reason: data.reason,
        },
      },
      working.get(id.type, id.key),
      { ...cause, id: `${input.commandId}|redriven` },
    );
    hearing.endCommand(input, id, cause, { result: 'done', facts: [redriven.event.id] });
    return step.write(tables, opened, locals, applied);
  }

  /** The keys that the request means, by the tokens that `EventParked` said of them. */
  #keysOf({ entity, key }: RedriveParked['data']): readonly string[] {
    return [...this.#options.parked.keys()].filter((parkKey) => {
      const tokens = tokensOf(parkKey);
      return tokens.entity === entity && tokens.key === key;
    });
  }

  /** What each message means now, up to the first of its key that still means nothing. */
  #translate(
    messages: readonly ParkedMessage[],
    facts: readonly HeardFact[],
    {
      locals,
      standsStill: isParked,
      progress: { stuck },
    }: {
      readonly locals: LocalValues;
      readonly standsStill: (parkKey: string) => boolean;
      readonly progress: Progress;
    },
  ): readonly Waiting[] {
    const { service, registry, clock } = this.#options;
    return messages.flatMap((message, index) => {
      const fact = facts[index];
      const { parkKey } = message;
      if (fact === undefined || stuck.has(parkKey)) return [];
      const horizon = fact.content.kind === 'readable' ? fact.content.event.time : clock.now();
      const context = { service, horizon, registry, locals, isParked, parkedHere: new Set<string>() };
      const isFact = parkedThing(parkKey).kind === 'fact';
      const translation = isFact ? translate(fact, context) : translateFor(thingOf(parkKey), fact, context);
      if (translation.obstacle === null) return [{ message, translation }];
      stuck.set(parkKey, translation.obstacle.because);
      return [];
    });
  }

  #waitingUnder(parkKeys: readonly string[]): number {
    return parkKeys.reduce((sum, parkKey) => sum + (this.#options.parked.get(parkKey) ?? 0), 0);
  }

  /** How many keys stand still after this: those before, less those that are worked off, and what was parked anew. */
  #keysAfter(applied: readonly ParkedMessage[], parkedAnew: readonly ParkedMessage[]): number {
    const after = new Map(this.#options.parked);
    for (const { parkKey } of parkedAnew) after.set(parkKey, (after.get(parkKey) ?? 0) + 1);
    for (const { parkKey } of applied) after.set(parkKey, (after.get(parkKey) ?? 0) - 1);
    return [...after.values()].filter((messages) => messages > 0).length;
  }

  /** Ends the request and does nothing else. */
  async #end(tables: Tables, input: HeardCommand, id: EntityId, result: CommandResult): Promise<StepResult> {
    const { service, step, registry, clock } = this.#options;
    const opened = await step.open(tables, [id]);
    opened.hearing.endCommand(input, id, causeOfCommand(input, service, clock.now()), result);
    return step.write(tables, opened, new LocalValues(registry.locals));
  }
}

/** How `EventParked` names a park key, and how a request to redrive it must. */
export function tokensOf(parkKey: string): { readonly entity: string; readonly key: string } {
  const { type, key } = parkedThing(parkKey);
  return { entity: type, key: keyToken(key) };
}

const thingOf = (parkKey: string): EntityId => {
  const { type, key } = parkedThing(parkKey);
  return { type, key };
};

function factOf({ lane, position, subject, body }: ParkedMessage): HeardFact {
  assert(isServiceName(lane), 'a message is parked with the service that said it');
  return heardFact(lane, { sequence: position, subject, body, chain: '', messageId: '' });
}

const rehearsed = (applied: number, left: number, because: string | null): CommandResult => ({
  result: 'unchanged',
  because: sentence(
    `${applied} of ${applied + left} parked messages can be applied.${because === null ? '' : ` The next one cannot: ${because}`}`,
  ),
  facts: [],
});
