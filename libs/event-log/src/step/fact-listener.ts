import type { AnyEvent, Recorded } from '@tocsin/contracts';

/** Hears, outside of any step, what this instance has committed: so a memory beside the entities can be kept up. */
export type FactListener = {
  /** Facts in the order in which they were said, once their step has committed. It must not wait, and not throw. */
  readonly onSaid: (facts: readonly Recorded<AnyEvent>[]) => void;
  /** What was committed before is not known for sure: whoever keeps a memory reads it again. The next step comes after. */
  readonly onTakenUp: () => void;
};
