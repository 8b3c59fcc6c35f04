import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Problem } from '../../reading/problem.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;
type Request = { readonly headers: Headers; readonly socket: { readonly remoteAddress?: string | undefined } };

const LOOPBACK_ADDRESS = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** What a proxy on this machine adds: then whoever asks is somewhere else. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'via'];

/**
 * Lets only this machine ask for changes, because nobody here is known by name yet. A page in a browser of this machine
 * is not it: neither one of another origin, nor one whose name was made to lead here.
 */
export class OwnMachineGuard implements CanActivate {
  /** @throws {Problem} to everyone else. */
  canActivate(context: ExecutionContext): boolean {
    if (isOwnMachine(context.switchToHttp().getRequest<Request>())) return true;
    throw new Problem('not-from-here', 'Changes are asked for from the machine that this runs on, and directly.');
  }
}

export function isOwnMachine({ headers, socket }: Request): boolean {
  const { host, origin } = headers;
  if (!LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '')) return false;
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  if (typeof host !== 'string' || !LOOPBACK_HOST.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}
