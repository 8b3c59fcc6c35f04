import type { Instant, Message } from '@tocsin/domain-kit';
import type {
  CommandName,
  CommandsByName,
  EventName,
  EventsByName,
  FactEnvelope,
  ServiceName,
} from './generated/messages.ts';

/** Any fact or failure. */
export type AnyEvent = EventsByName[EventName];

/** Any request. */
export type AnyCommand = CommandsByName[CommandName];

/** The fact or failure of that name; a union where the name is one. */
export type EventNamed<Name extends EventName> = EventsByName[Name];

/** The request of that name; a union where the name is one. */
export type CommandNamed<Name extends CommandName> = CommandsByName[Name];

/** CloudEvents structured JSON, as a fact is on the wire. */
export type Envelope = FactEnvelope;

/** What is known about a fact besides what it says, before it has a place in the log. */
export type EventAttributes = {
  readonly id: string;
  /** Business time: when it happened. */
  readonly time: Instant;
  readonly service: ServiceName;
  readonly tenant: string;
  /** The version of its entity after it. */
  readonly entityVersion: number;
  /** The id of the first cause of all this. */
  readonly correlationId: string;
  /** The id of the direct parent; null where the cause lies outside the house. */
  readonly causationId: string | null;
  readonly actor: string;
  /** When it was written down, on the wall clock. */
  readonly recordedTime: Instant;
  readonly traceparent: string | null;
};

/** A fact as it is read from its lane. */
export type Recorded<E extends Message> = E &
  EventAttributes & {
    /** The key token of its subject. */
    readonly key: string;
    /** The stream that it was read from. */
    readonly lane: string;
    readonly position: number;
  };

/** What is known about a request besides what it asks, before it is sent. */
export type CommandAttributes = {
  /** The same for every repetition of one request. */
  readonly id: string;
  /** Who sends it on behalf of the actor. */
  readonly sender: ServiceName;
  /** Who is asked, where every service answers such a request; elsewhere its schema says who. */
  readonly service?: ServiceName;
  readonly tenant: string;
  /** When it was asked, on the wall clock. */
  readonly time: Instant;
  readonly actor: string;
  readonly correlationId: string;
  /** Until when it may be carried out, on the wall clock; null where only the stream sets a limit. */
  readonly expiresAt: Instant | null;
  readonly traceparent: string | null;
};

/** A request as it is read from its stream. */
export type Requested<C extends Message> = C & {
  readonly id: string;
  readonly tenant: string;
  /** The key token of its subject. */
  readonly key: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly expiresAt: Instant | null;
  /** Its place in the request stream, which has many writers. */
  readonly sequence: number;
};
