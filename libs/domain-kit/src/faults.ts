/** What went wrong, and what the step should do about it: give up on the message, or try again after a while. */
export abstract class Fault extends Error {
  abstract readonly remedy: 'bury' | { readonly retryAfterMs: number };
  override get name(): string {
    return this.constructor.name;
  }
}

/** Something does not match its schema. */
export class ContractViolation extends Fault {
  override readonly remedy = 'bury';
}

/** The world said a final no. */
export class Rejected extends Fault {
  override readonly remedy = 'bury';
}

/** Somebody spoke first. */
export class VersionConflict extends Fault {
  override readonly remedy = { retryAfterMs: 50 };
}

/** The world did not answer in time. */
export class Unreachable extends Fault {
  constructor(
    message: string,
    override readonly remedy: { readonly retryAfterMs: number },
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Checks a promise that our own code makes to itself; stays on in production.
 * @throws {Error} when the promise is broken: that is our bug, never the caller's.
 */
export function assert(truth: boolean, promise: string): asserts truth {
  if (!truth) throw new Error(`broken promise: ${promise}`);
}
