import {
  encodeEvent,
  isToken,
  parseSubject,
  streamOf,
  subjectOf,
  tenantOf,
  type AnyEvent,
  type EventAttributes,
  type Recorded,
  type ServiceName,
} from '@tocsin/contracts';
import { instant, plainText, symbolToken, type Instant } from '@tocsin/domain-kit';
import type { JournalEntry } from '../journal/journal.ts';
import { derivedId, traceparentOf } from './identity.ts';

/** What led to a fact: from it come the fact's id, its correlation and its time. */
export type Cause = {
  /** The id of the fact or request, or the natural key of what was observed. */
  readonly id: string;
  /** The event that is the direct parent; null for what came from outside. */
  readonly causationId: string | null;
  readonly correlationId: string;
  readonly actor: string;
  readonly time: Instant;
};

/** Who says a fact: the entity, and its version after it. */
export type Speaker = { readonly type: string; readonly key: string; readonly version: number };

/** A fact as it was said in this step, with its journal entry. */
export type Said = { readonly event: Recorded<AnyEvent>; readonly entry: JournalEntry };

const TOKEN_LENGTH_MAX = 64;

/**
 * A reason as a fact can carry it: what the runtime says about trouble must never itself be refused. The log of the
 * process has the rest.
 */
export const sentence = (because: string): string => plainText(because) || 'no reason was given';

/** What an error says of itself, as a reason. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** The key of an entity as a subject token; keys that are no tokens are spelled safely or, when long, digested. */
export function keyToken(key: string): string {
  if (isToken(key)) return key;
  const safe = key.length <= TOKEN_LENGTH_MAX / 3 ? symbolToken(key) : derivedId(key);
  return safe;
}

/**
 * Turns a decided event into a fact: its id is derived from its cause, so that deciding again makes the same fact, and
 * everybody downstream can tell.
 */
export class Voice {
  readonly #service: ServiceName;
  readonly #wallMs: () => number;
  readonly #ordinals = new Map<string, number>();

  constructor(service: ServiceName, wallMs: () => number) {
    this.#service = service;
    this.#wallMs = wallMs;
  }

  say(event: AnyEvent, speaker: Speaker, cause: Cause): Said {
    const service = this.#service;
    const id = derivedId(`${service}|${cause.id}|${speaker.type}/${speaker.key}|${this.#ordinalOf(speaker, cause)}`);
    const traceparent = traceparentOf(cause.correlationId, id);
    const recordedTime = instant(this.#wallMs());
    const { time, correlationId, causationId, actor } = cause;
    const attributes: EventAttributes = {
      id,
      service,
      tenant: tenantOf(event),
      time,
      entityVersion: speaker.version,
      correlationId,
      causationId,
      actor,
      recordedTime,
      traceparent,
    };
    const body = encodeEvent(event, attributes);
    const subject = subjectOf(event, { service, tenant: tenantOf(event) });
    const key = parseSubject(subject)?.key ?? speaker.key;
    // The position is the relay's to give; what this service folds of its own facts must not depend on it.
    const recorded = Object.assign({ lane: streamOf(service), position: 0, key }, attributes, event);
    return { entry: { eventId: id, subject, traceparent, body }, event: recorded };
  }

  /** Facts of one entity with one cause are told apart by their order. */
  #ordinalOf({ type, key }: Speaker, cause: Cause): number {
    const place = `${cause.id}|${type}/${key}`;
    const ordinal = this.#ordinals.get(place) ?? 0;
    this.#ordinals.set(place, ordinal + 1);
    return ordinal;
  }
}
