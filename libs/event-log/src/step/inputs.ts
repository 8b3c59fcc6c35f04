import type { AnyCommand, AnyEvent, Recorded, Requested, ServiceName, SubjectParts } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { StoredMessage } from '../stream/streams.ts';
import type { Intention } from './entity-type.ts';

/** Something that a service observed itself, to be decided in a step of its own. */
export type Observation = {
  /** The natural key of what was seen; the ids of the facts that follow are derived from it. */
  readonly causeId: string;
  readonly time: Instant;
  /** The fact that this is an outcome of, where there is one. */
  readonly causationId?: string;
  readonly correlationId?: string;
  readonly actor?: string;
  readonly intentions: readonly Intention[];
  /** All of its intentions hold together: where one is refused, or fails, nothing of it has happened. */
  readonly isWhole?: boolean;
};

/** A message of a lane: readable, or not and then why. */
export type HeardFact = {
  readonly kind: 'fact';
  readonly lane: ServiceName;
  readonly message: StoredMessage;
  readonly subject: SubjectParts;
  readonly content:
    | { readonly kind: 'readable'; readonly event: Recorded<AnyEvent> }
    | { readonly kind: 'unreadable'; readonly because: string };
};

/** A request, readable or not; an unreadable one is refused, never parked. */
export type HeardCommand = {
  readonly kind: 'command';
  readonly commandId: string;
  readonly sequence: number;
  readonly subject: SubjectParts;
  readonly content:
    | { readonly kind: 'readable'; readonly request: Requested<AnyCommand> }
    | {
        readonly kind: 'unreadable';
        readonly refused: 'invalid-command' | 'command-expired' | 'failed';
        readonly because: string;
      };
};

/** What a step may decide about, in the order in which it came. */
export type StepInput = HeardFact | HeardCommand | ({ readonly kind: 'observation' } & Observation);

/** What became of one observation: the facts it led to, and the first refusal where a rule said no. */
export type Outcome = {
  readonly facts: readonly AnyEvent[];
  readonly refusal: { readonly refused: string; readonly because: string } | null;
};
