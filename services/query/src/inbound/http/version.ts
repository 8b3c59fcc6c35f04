import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Problem } from '../../reading/problem.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const VERSION = /^"(\d{1,9})"$/;

/** The version that a change is based on, for a controller's method; null where any will do. */
export const AskedVersion = createParamDecorator((_: unknown, context: ExecutionContext): number | null =>
  versionIn(context.switchToHttp().getRequest<{ readonly headers: Headers }>().headers),
);

/** @throws {Problem} when the header names no version. */
export function versionIn({ 'if-match': said = '*' }: Headers): number | null {
  if (said === '*') return null;
  const [, version] = (typeof said === 'string' && VERSION.exec(said.trim())) || [];
  if (version !== undefined) return Number(version);
  const detail = 'must be the ETag of an earlier answer, such as "3"';
  throw new Problem('invalid-body', `/header/If-Match ${detail}.`, {
    errors: [{ pointer: '/header/If-Match', detail }],
  });
}
