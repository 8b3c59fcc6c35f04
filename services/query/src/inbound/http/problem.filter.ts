import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ContractViolation, Rejected, Unreachable, VersionConflict } from '@tocsin/domain-kit';
import { Problem, type ProblemCode } from '../../reading/problem.ts';
import { isUnavailable } from './unavailable.ts';
import { traceIdOf } from './trace.ts';

type Request = { readonly url: string; readonly headers: Readonly<Record<string, string | string[] | undefined>> };
type Reply = { code(status: number): Reply; header(name: string, value: string): Reply; send(body: string): unknown };

/** The part of the log that this needs. */
export type DefectLog = { error(facts: object, message: string): void };

/** The one place where what went wrong becomes an answer. Only our own mistakes are worth a line of log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: DefectLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const reply = host.switchToHttp().getResponse<Reply>();
    const traceId = traceIdOf(request);
    const problem = problemOf(error);
    if (problem.status >= 500) this.log.error({ err: error, traceId, url: request.url }, problem.detail);
    sendProblem(problem, { url: request.url, traceId }, reply);
  }
}

/** Sends a problem as RFC 9457 has it; nobody may keep it. */
export function sendProblem(problem: Problem, { url, traceId }: { url: string; traceId: string }, reply: Reply): void {
  const [instance = '/'] = url.split('?');
  const { retryAfterS, logPosition } = problem.more;
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  if (logPosition !== undefined) reply.header('log-position', logPosition);
  reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem.document({ instance, traceId })));
}

const RETRY_AFTER_S = 1;

/** What kind of problem an error is; what is none of them is a mistake of ours, and its words stay inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ContractViolation) return new Problem('bad-request', error.message, { cause: error });
  if (error instanceof VersionConflict) return new Problem('conflict', error.message, { cause: error });
  if (error instanceof Rejected) return new Problem('rejected', 'Another party refused.', { cause: error });
  if (error instanceof Unreachable) {
    const retryAfterS = Math.ceil(error.remedy.retryAfterMs / 1_000);
    return new Problem('unavailable', 'What this is answered from does not answer.', { cause: error, retryAfterS });
  }
  if (isUnavailable(error))
    return new Problem('unavailable', 'The database does not answer.', { cause: error, retryAfterS: RETRY_AFTER_S });
  const status = statusOf(error);
  const code = status === undefined ? undefined : codeOf(status);
  return code
    ? new Problem(code, WORDS[code], { cause: error })
    : new Problem('defect', 'Something is broken here.', { cause: error });
}

/** The status that Nest or Fastify gave an error of their own. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

const WORDS = {
  'unknown-route': 'No route has this method and path.',
  'body-too-large': 'The body is larger than 1 MiB.',
  'unsupported-media-type': 'Bodies are application/json.',
  'bad-request': 'The request cannot be read.',
} as const satisfies Partial<Record<ProblemCode, string>>;

function codeOf(status: number): keyof typeof WORDS | undefined {
  if (status === 404 || status === 405) return 'unknown-route';
  if (status === 413) return 'body-too-large';
  if (status === 415) return 'unsupported-media-type';
  return status >= 400 && status < 500 ? 'bad-request' : undefined;
}
