import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { ContractViolation } from '@tocsin/domain-kit';

/** A sender of alerts: its name, and the file that holds its token. */
export type Hook = { readonly name: string; readonly tokenFile: string };

/** The part of the log that this needs. */
export type HookLog = { warn(facts: object, message: string): void };

type Known = { readonly hook: Hook; readonly stamp: string | null; readonly digest: Buffer | null };

/** Nobody guesses 16 characters, which is what keeps others out; a path holds no more than 100 in one place. */
const TOKEN = /^[A-Za-z0-9_-]{16,100}$/;

/**
 * Who may send alerts. A token file that was written anew counts from the next alert on; one that holds no token any
 * more, or is gone, lets nobody in.
 */
export class HookTokens {
  readonly #log: HookLog;
  #known: readonly Known[];

  /** @throws {ContractViolation} when a file cannot be read, or holds no token. */
  constructor(hooks: readonly Hook[], log: HookLog) {
    this.#log = log;
    this.#known = hooks.map((hook) => ({ hook, stamp: stampOf(hook), digest: digestIn(hook) }));
  }

  /** The name of the sender whose token this is, or null. Every token is compared, each in the same time. */
  nameOf(token: string): string | null {
    this.#known = this.#known.map((known) => this.#lookAgain(known));
    const given = digestOf(token);
    let name: string | null = null;
    for (const { hook, digest } of this.#known) if (digest !== null && timingSafeEqual(digest, given)) name = hook.name;
    return name;
  }

  #lookAgain(known: Known): Known {
    const { hook } = known;
    const stamp = stampOf(hook);
    if (stamp === known.stamp) return known;
    try {
      return { hook, stamp, digest: digestIn(hook) };
    } catch (error) {
      this.#log.warn(
        { err: error, hook: hook.name },
        'the alerts of this sender are not taken until its token is mended',
      );
      return { hook, stamp, digest: null };
    }
  }
}

/** Tells one writing of a file from the next; null while it cannot be looked at. */
function stampOf({ tokenFile }: Hook): string | null {
  const stat = statSync(tokenFile, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
}

function digestIn({ name, tokenFile }: Hook): Buffer {
  let token: string;
  try {
    token = readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    throw new ContractViolation(`the token of hook ${name} cannot be read from ${tokenFile}`, { cause: error });
  }
  if (!TOKEN.test(token))
    throw new ContractViolation(`${tokenFile} holds no token: 16 to 100 letters, digits, _ or - are one`);
  return digestOf(token);
}

/** Tokens of any length are compared as digests of the same length. */
const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();
