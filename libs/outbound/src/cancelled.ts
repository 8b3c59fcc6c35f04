/** A call was stopped by whoever made it. It says nothing about the target, and is no fault that anyone could mend. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor(target: string, cause: unknown) {
    super(`the call of ${target} was stopped`, { cause });
  }
}
