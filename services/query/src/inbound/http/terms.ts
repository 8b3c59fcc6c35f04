import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Problem } from '../../reading/problem.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** On what terms something is asked for, as the headers say. */
export type Terms = {
  /** The caller's own name for this request; null where it has none. */
  readonly key: string | null;
  /** Whether the caller would rather not wait for the outcome. */
  readonly isAsync: boolean;
};

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The terms of a request, for a controller's method. */
export const AskedTerms = createParamDecorator((_: unknown, context: ExecutionContext): Terms =>
  termsIn(context.switchToHttp().getRequest<{ readonly headers: Headers }>().headers),
);

/** @throws {Problem} when the key is none. */
export function termsIn(headers: Headers): Terms {
  const key = headers['idempotency-key'] ?? null;
  if (key !== null && (typeof key !== 'string' || !KEY.test(key))) {
    const detail = 'must be 1 to 255 printable ASCII characters without blanks';
    throw new Problem('invalid-body', `/header/Idempotency-Key ${detail}.`, {
      errors: [{ pointer: '/header/Idempotency-Key', detail }],
    });
  }
  // RFC 7240: preferences are separated by commas, over one header or several.
  const preferences = String(headers['prefer'] ?? '').split(',');
  return { key, isAsync: preferences.some((preference) => /^\s*respond-async\s*(?:;|$)/i.test(preference)) };
}
