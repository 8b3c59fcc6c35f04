import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { Answer, Keeping } from '../../reading/answer.ts';
import { Problem } from '../../reading/problem.ts';
import { ReadSide, type Positions } from '../../reading/read-side.ts';

type Request = {
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};
type Reply = { header(name: string, value: string): unknown; code(status: number): unknown };

const REACH_WITHIN_MS = 5_000;
const POSITION = /^(LOG_[A-Z]{1,32}):(\d{1,15})$/;

/**
 * The one way in which a read is answered: wait until the read side is as far as the caller has seen, then send the body
 * with the positions that it was read from, or nothing when the caller has it already.
 */
@Injectable()
export class AnswerInterceptor implements NestInterceptor<Answer, string> {
  constructor(private readonly readSide: ReadSide) {}

  async intercept(context: ExecutionContext, next: CallHandler<Answer>): Promise<Observable<string>> {
    const request = context.switchToHttp().getRequest<Request>();
    const reply = context.switchToHttp().getResponse<Reply>();
    await this.#reach(request.query['atLeast']);
    return next.handle().pipe(map((answer) => send(answer, request, reply)));
  }

  /** What is not a position is left to the check of the parameters, which comes next. */
  async #reach(atLeast: unknown): Promise<void> {
    const [, lane, position] = (typeof atLeast === 'string' && POSITION.exec(atLeast)) || [];
    if (lane === undefined) return;
    if (await this.readSide.reaches({ lane, position: Number(position) }, REACH_WITHIN_MS)) return;
    throw new Problem('behind', `${lane} is not applied up to ${Number(position)} yet.`, { retryAfterS: 1 });
  }
}

function send(answer: Answer, { headers }: Request, reply: Reply): string {
  const { body, positions, keeping } = answer;
  const logPosition = textOf(positions);
  const etag = etagOf(answer, logPosition);
  reply.header('log-position', logPosition);
  // Two tenants may have the same tag for different things, so no cache may take one's answer for the other's.
  reply.header('vary', 'Tocsin-Tenant');
  reply.header('etag', etag);
  reply.header('cache-control', cacheControlOf(keeping));
  if (isKnown(etag, headers['if-none-match'])) {
    reply.code(304);
    return '';
  }
  reply.header('content-type', 'application/json; charset=utf-8');
  return body;
}

/** A version of its own is a strong tag, for `If-Match` compares strongly (RFC 9110, section 13.1.1). */
function etagOf({ version, changesWithTime }: Answer, logPosition: string): string {
  if (version !== undefined) return `"${version}"`;
  return `W/"${logPosition}${changesWithTime === undefined ? '' : `@${changesWithTime}`}"`;
}

const textOf = (positions: Positions): string =>
  Object.entries(positions)
    .map(([lane, position]) => `${lane}:${position}`)
    .sort()
    .join(', ');

const A_YEAR_S = 31_536_000;

function cacheControlOf(keeping: Keeping): string {
  if (keeping === 'revalidate') return 'no-cache';
  return keeping === 'for-good' ? `public, max-age=${A_YEAR_S}, immutable` : `public, max-age=${keeping.seconds}`;
}

/** RFC 9110, section 13.1.2: a list of tags, compared weakly, or any. */
const isKnown = (etag: string, ifNoneMatch: string | string[] | undefined): boolean => {
  const tags = String(ifNoneMatch ?? '');
  return tags.trim() === '*' || (tags.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => weak(tag) === weak(etag));
};

const weak = (tag: string): string => tag.replace(/^W\//, '');
