import { createHash, randomUUID } from 'node:crypto';
import { contractOf, encodeCommand, subjectOf, tenantOf, type AnyCommand, type ServiceName } from '@tocsin/contracts';
import { assert, instant, Unreachable } from '@tocsin/domain-kit';
import type { Log } from '../liveness/log.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import type { Beat } from '../liveness/watchdog.ts';
import type { Sql } from '../postgres/sql.ts';
import { derivedId, traceparentOf } from '../step/identity.ts';
import type { Streams } from '../stream/streams.ts';
import { OutcomeWatch } from './outcome-watch.ts';
import { RequestPublisher } from './request-publisher.ts';
import { findRequests, writeRequest, type KnownRequest, type WrittenRequest } from './request-store.ts';

/** A request as somebody asks it. */
export type Question = {
  readonly command: AnyCommand;
  /** Who is asked, where every service answers such a request. */
  readonly service?: ServiceName;
  /** On whose behalf. */
  readonly actor: string;
  /** The asker's own name for this request: asked again under it, it is the same request. Null where there is none. */
  readonly key: string | null;
  /** How long it may still be carried out, at most 24 h. */
  readonly validForMs: number;
};

/** What became of asking: it is under way or has ended; or its key stands for another request already. */
export type Asked =
  | { readonly kind: 'asked'; readonly request: KnownRequest }
  | { readonly kind: 'key-taken'; readonly request: KnownRequest };

export type AskingOptions = {
  readonly service: ServiceName;
  readonly sql: Sql;
  readonly streams: Streams;
  readonly log: Log;
  readonly time: WallClock;
  readonly beat: Beat;
};

const VALID_MS_MAX = 24 * 3_600_000;
/** The sending half of requests: written down, published until the outcome is heard, waited for, and remembered. */
export class Asking {
  readonly #options: AskingOptions;
  readonly #publisher: RequestPublisher;
  readonly #watch: OutcomeWatch;

  constructor(options: AskingOptions) {
    const { sql, time } = options;
    this.#options = options;
    this.#publisher = new RequestPublisher(options);
    this.#watch = new OutcomeWatch(sql, time);
  }

  start(): void {
    this.#publisher.start();
  }

  async stop(): Promise<void> {
    this.#watch.close();
    await this.#publisher.stop();
  }

  /**
   * Writes a request down; from then on it is sent until its outcome is heard, whatever dies.
   * @throws {ContractViolation} when it does not satisfy its schema. @throws {Unreachable} when too many wait already.
   */
  async ask(question: Question): Promise<Asked> {
    const { sql } = this.#options;
    const written = this.#written(question);
    const isNew = await writeRequest(sql, written);
    if (isNew) this.#publisher.nudge();
    const [request] = await findRequests(sql, [written.id]);
    if (request === undefined)
      throw new Unreachable('too many requests wait for their outcome', { retryAfterMs: 5_000 });
    return { kind: request.digest === written.digest ? 'asked' : 'key-taken', request };
  }

  /** What is known of a request; null when nobody asked it here, or too long ago. */
  async find(id: string): Promise<KnownRequest | null> {
    const [request] = await findRequests(this.#options.sql, [id]);
    return request ?? null;
  }

  /** Returns the request once its outcome is heard, or null when it is not within `limitMs`. */
  outcomeOf(id: string, limitMs: number): Promise<KnownRequest | null> {
    return this.#watch.wait(id, limitMs);
  }

  #written({ command, service: asked, actor, key, validForMs }: Question): WrittenRequest {
    assert(validForMs > 0 && validForMs <= VALID_MS_MAX, 'a request is valid for at most 24 hours');
    const { service: sender, time } = this.#options;
    const contract = contractOf(command.type);
    const service = contract.service === '*' ? asked : contract.service;
    assert(service !== undefined, 'a request is asked of one service');
    const id = key === null ? randomUUID() : derivedId(`request|${sender}|${actor}|${key}`);
    const askedAt = instant(time.wallMs());
    const expiresAt = instant(time.wallMs() + validForMs);
    const body = encodeCommand(command, {
      id,
      sender,
      service,
      tenant: tenantOf(command),
      time: askedAt,
      actor,
      correlationId: id,
      expiresAt,
      traceparent: traceparentOf(id, id),
    });
    const subject = subjectOf(command, { service, tenant: tenantOf(command) });
    const digest = createHash('sha256')
      .update(JSON.stringify([service, command.type, command.data]))
      .digest('hex');
    return { id, service, command: command.type, subject, body, digest, askedAt, expiresAt };
  }
}
