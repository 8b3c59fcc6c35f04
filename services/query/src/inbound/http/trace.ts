import { randomBytes } from 'node:crypto';

type Request = { readonly headers: Readonly<Record<string, string | string[] | undefined>> };

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

const given = new WeakMap<Request, string>();

/** The trace that a request belongs to: the one that its `traceparent` names (W3C), or else one of its own. */
export function traceIdOf(request: Request): string {
  const { traceparent } = request.headers;
  const named = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  const traceId = given.get(request) ?? named ?? randomBytes(16).toString('hex');
  given.set(request, traceId);
  return traceId;
}
