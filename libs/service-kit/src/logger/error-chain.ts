import { inspect, types } from 'node:util';
import { withoutCredentials } from './redaction.ts';

/** One error as it is logged: what was attempted, and, under `cause`, why it failed. */
export type LoggedError = {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggedError;
  /** Of an AggregateError. */
  readonly errors?: readonly LoggedError[];
};

/** A chain longer than this is a loop, or nobody reads its end. */
const DEPTH_MAX = 8;

/** Returns the whole chain of causes as plain data. The stack is that of the innermost error: where it really happened. */
export function errorChain(error: unknown, depth = 1): LoggedError {
  if (!isError(error))
    return { type: typeof error, message: withoutCredentials(typeof error === 'string' ? error : inspect(error)) };
  const { name, message, stack, cause } = error;
  const isLast = cause === undefined || depth === DEPTH_MAX;
  return {
    type: name,
    message: withoutCredentials(message),
    ...('code' in error && (typeof error.code === 'string' || typeof error.code === 'number') && { code: error.code }),
    ...(isLast ? stack !== undefined && { stack: withoutCredentials(stack) } : { cause: errorChain(cause, depth + 1) }),
    ...(error instanceof AggregateError && { errors: error.errors.map((each) => errorChain(each, DEPTH_MAX)) }),
  };
}

/** An error of another realm, such as one that Node itself throws within a vm context, is an error too. */
const isError = (error: unknown): error is Error => error instanceof Error || types.isNativeError(error);

/** The chain as one sentence for a person: what was attempted, then what lay behind it. */
export function explain(error: unknown): string {
  const parts: string[] = [];
  for (let at: LoggedError | undefined = errorChain(error); at; at = at.cause) parts.push(at.message || at.type);
  return parts.join(': ');
}
