import { Rejected } from '@tocsin/domain-kit';
import type { Response } from 'undici';

/** What a target told when its answer was no answer, for whoever knows its language: a provider explains itself there. */
export interface Reply {
  readonly status: number;
  /** Those headers that tell about limits, times and names of exchanges, in small letters; no other leaves. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body, without the secrets that were sent. It may be HTML. */
  readonly excerpt: string;
}

/** A final no that came as an answer; its reply tells what the target said. */
export class Refused extends Rejected {
  constructor(
    message: string,
    readonly reply: Reply,
  ) {
    super(message);
  }
}

/** As much of a body as holds any explanation, and no whole page. */
const EXCERPT_CHARS = 2_000;

const TELLING_HEADERS = [
  'date',
  'retry-after',
  'x-mbx-used-weight-1m',
  'ratelimit-remaining',
  'x-ratelimit-remaining',
  'api-credits-left',
  'x-request-id',
  'x-mbx-uuid',
  'cf-ray',
  'requestid',
] as const;

/** A shorter one would cut words apart, and guards nothing. */
const SECRET_CHARS_MIN = 4;

/** `text` without `secrets`, as they are and as they stand in an address: some targets repeat what they were sent. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SECRET_CHARS_MIN)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
}

/** What is kept of a response whose body has been read. */
export function replyOf({ status, headers }: Response, text: string, secrets: readonly string[]): Reply {
  const telling = TELLING_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, withoutSecrets(value, secrets)] as const];
  });
  // Cut after the secrets are gone: half a secret would not be found.
  return {
    status,
    headers: Object.fromEntries(telling),
    excerpt: withoutSecrets(text, secrets).slice(0, EXCERPT_CHARS),
  };
}
