import { Injectable } from '@nestjs/common';
import { EventLog, type KnownRequest, type Question } from '@tocsin/event-log';
import { Problem } from '../../reading/problem.ts';
import { requestBody } from '../../reading/requests.ts';
import { ServiceTime } from '../../reading/service-time.ts';
import { errorsOfRefusedBar } from './refused-bar.ts';
import type { Terms } from './terms.ts';

/** The part of a reply that this needs. */
export type Reply = { code(status: number): Reply; header(name: string, value: string): Reply };

/** What a route says of a request besides what became of it. */
export type Told = Readonly<Record<string, unknown>>;

/** What a route says besides, once it knows which facts the request led to: none while it is on its way. */
export type ToldOf = (facts: readonly string[]) => Promise<Told>;

/** How long a caller waits for the outcome, unless they would rather not. */
const OUTCOME_WITHIN_MS = 5_000;

/** Who asks for something next week has forgotten why; one who asks while the house is being mended has not. */
const VALID_FOR_MS = 3_600_000;

/** A lease lasts a minute at most, so by then some task that waited has gone. */
const QUEUE_MOVES_S = 60;

/** Nobody has a name here yet, so everyone is whoever sits at this machine. */
const ACTOR = 'person:local';

/**
 * Where people and programs ask for a change: it is written down, sent to the service that decides about it, and answered
 * with the outcome, or with the place to look for it.
 */
@Injectable()
export class Door {
  constructor(
    private readonly log: EventLog,
    private readonly time: ServiceTime,
  ) {}

  /**
   * Asks, waits, and returns the body to answer with.
   * @throws {Problem} when it is refused, came too late, or its key stands for something else.
   */
  async ask(
    what: Pick<Question, 'command' | 'service'>,
    { key, isAsync }: Terms,
    reply: Reply,
    more: Told | ToldOf = {},
  ): Promise<string> {
    const { kind, request } = await this.log.ask({ ...what, actor: ACTOR, key, validForMs: VALID_FOR_MS });
    if (kind === 'key-taken')
      throw new Problem('key-taken', `Under this Idempotency-Key something else was asked: ${request.id}.`);
    const isKnown = request.outcome !== null;
    const ended = isKnown || isAsync ? request : await this.log.outcomeOf(request.id, OUTCOME_WITHIN_MS);
    reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-store');
    if (isAsync) reply.header('preference-applied', 'respond-async');
    return await this.#answer(ended ?? request, reply, more);
  }

  async #answer(request: KnownRequest, reply: Reply, more: Told | ToldOf): Promise<string> {
    const { id, outcome, expiresAt } = request;
    const isOver = new Date().toISOString() > expiresAt;
    if (outcome === null && isOver)
      throw new Problem('request-expired', `It was to be handled by ${expiresAt}, and was not.`, { request: id });
    const told = async () => {
      const besides = typeof more === 'function' ? await more(outcome?.facts ?? []) : more;
      return requestBody(request, { isOver, now: this.time.now() }, besides);
    };
    if (outcome === null) {
      reply.code(202).header('location', `/api/requests/${encodeURIComponent(id)}`);
      return await told();
    }
    const logPosition = `${outcome.lane}:${outcome.position}`;
    if (outcome.result === 'refused') {
      const { refused = 'refused', because = 'The service gave no reason.' } = outcome;
      if (refused === 'queue-full')
        throw new Problem('queue-full', because, { refused, request: id, logPosition, retryAfterS: QUEUE_MOVES_S });
      const errors = refused === 'bar-refused' ? errorsOfRefusedBar(because) : [];
      const places = errors.length > 0 ? { errors } : {};
      throw new Problem('request-refused', because, { refused, request: id, logPosition, ...places });
    }
    reply.code(200).header('log-position', logPosition);
    return await told();
  }
}
