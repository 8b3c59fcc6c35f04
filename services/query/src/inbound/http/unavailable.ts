/**
 * SQLSTATE 08 (no connection), 53 (out of something), 57 (ended by an administrator, a crash or a limit), and what the
 * system says of a server that is not there. All of them pass.
 */
const PASSING = /^(?:08...|53...|57...|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOENT)$/;
const WORDS = /connection terminated|timeout exceeded when trying to connect|query read timeout/i;

/** Tells whether an error says that the database is away for now, rather than that we asked it wrongly. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if ('code' in error && typeof error.code === 'string' && PASSING.test(error.code)) return true;
  return WORDS.test(error.message) || isUnavailable(error.cause);
}
