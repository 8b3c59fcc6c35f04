import type { ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { EntityId } from './entity-store.ts';
import type { Intention } from './entity-type.ts';
import type { HeardCommand, HeardFact, StepInput } from './inputs.ts';
import type { LocalValues } from './local-values.ts';
import { factParkKey } from './parking.ts';
import type { Registry } from './registry.ts';
import { reasonOf } from './voice.ts';

/** `behind` says that the message waits for an earlier one; `refused` is the rule's name where it is a request. */
export type Obstacle = { readonly because: string; readonly behind: boolean; readonly refused: string };

/** What an input asks for, before any entity has decided. */
export type Translation = {
  readonly input: StepInput;
  /** Deadlines up to here pass before it. */
  readonly horizon: Instant;
  readonly intentions: readonly Intention[];
  /** Entities that must be loaded for it. */
  readonly touches: readonly EntityId[];
  /** Why it asks for nothing: a fact is parked, a request refused. */
  readonly obstacle: Obstacle | null;
};

export type TranslationContext = {
  /** The service that hears; what it said itself was folded when it was said. */
  readonly service: ServiceName;
  readonly horizon: Instant;
  readonly registry: Registry;
  readonly locals: LocalValues;
  readonly isParked: (parkKey: string) => boolean;
  /** Keys that were found poisoned earlier in this very step. */
  readonly parkedHere: Set<string>;
};

const touchesOf = (intentions: readonly Intention[]): readonly EntityId[] =>
  intentions.map(({ entityType: { type }, key }) => ({ type, key }));

/** Asks the controllers what an input means. A controller that throws, or a message that cannot be read, is an obstacle. */
export function translate(input: StepInput, context: TranslationContext): Translation {
  const { horizon } = context;
  switch (input.kind) {
    case 'observation':
      return { input, horizon, intentions: input.intentions, touches: touchesOf(input.intentions), obstacle: null };
    case 'fact':
      return translateFact(input, context);
    case 'command':
      return translateCommand(input, context);
  }
}

function translateFact(input: HeardFact, context: TranslationContext): Translation {
  const { service, horizon, registry, locals, isParked, parkedHere } = context;
  const { entity, key } = input.subject;
  const parkKey = factParkKey(entity, key);
  const parked = (because: string, behind: boolean): Translation => {
    parkedHere.add(parkKey);
    return {
      input,
      horizon,
      intentions: [],
      touches: [{ type: entity, key }],
      obstacle: { because, behind, refused: 'parked' },
    };
  };
  if (isAboutOwnParking(input, service)) return { input, horizon, intentions: [], touches: [], obstacle: null };
  if (isParked(parkKey)) return parked('an earlier message of this key is parked', true);
  if (input.content.kind === 'unreadable') return parked(input.content.because, false);
  const { event } = input.content;
  if (!registry.hears(event.type)) return { input, horizon, intentions: [], touches: [], obstacle: null };
  let forget = (): void => undefined;
  try {
    if (input.lane !== service) forget = locals.fold(event);
    const intentions = registry.listenersOf(event.type).flatMap((listen) => listen(event, locals));
    return { input, horizon, intentions, touches: touchesOf(intentions), obstacle: null };
  } catch (error) {
    forget(); // It will be heard again as a whole.
    return parked(reasonOf(error), false);
  }
}

/**
 * What a service says about its own parked messages has the key of what is parked. It is nothing to decide about, and
 * parking it behind that would be said again, heard again and parked again, for ever.
 */
const isAboutOwnParking = ({ lane, content }: HeardFact, service: ServiceName): boolean =>
  lane === service &&
  content.kind === 'readable' &&
  (content.event.type === 'EventParked' || content.event.type === 'EventRedriven');

/**
 * Asks again what a fact means for the one entity that could not decide about it. The local models have folded it when
 * it came, and tell how things stand now.
 */
export function translateFor(
  id: EntityId,
  input: HeardFact,
  { horizon, registry, locals }: Pick<TranslationContext, 'horizon' | 'registry' | 'locals'>,
): Translation {
  const none = { input, horizon, intentions: [], touches: [id] };
  const because = (words: string): Translation => ({
    ...none,
    obstacle: { because: words, behind: false, refused: 'parked' },
  });
  if (input.content.kind === 'unreadable') return because(input.content.because);
  const { event } = input.content;
  try {
    const intentions = registry
      .listenersOf(event.type)
      .flatMap((listen) => listen(event, locals))
      .filter(({ entityType: { type }, key }) => type === id.type && key === id.key);
    return { ...none, intentions, obstacle: null };
  } catch (error) {
    return because(reasonOf(error));
  }
}

function translateCommand(input: HeardCommand, { horizon, registry, locals }: TranslationContext): Translation {
  const { entity, key } = input.subject;
  const refuse = (refused: string, because: string): Translation => ({
    input,
    horizon,
    intentions: [],
    touches: [{ type: entity, key }],
    obstacle: { because, behind: false, refused },
  });
  if (input.content.kind === 'unreadable') return refuse(input.content.refused, input.content.because);
  const { request } = input.content;
  const handler = registry.handlerOf(request.type);
  if (handler === undefined) return refuse('invalid-command', `This service does not handle ${request.type}.`);
  try {
    const intentions = [handler(request, horizon, locals)];
    return { input, horizon, intentions, touches: touchesOf(intentions), obstacle: null };
  } catch (error) {
    return refuse('failed', reasonOf(error));
  }
}
