/** How many evaluations in a row have to say the same before it is committed. */
export const COMMIT_AFTER = 3;

/**
 * What is held to be so, and what has been said lately. Labels flicker from bar to bar; whoever acts on them acts on
 * the committed one.
 */
export interface Commitment<Label extends string> {
  readonly committed: Label;
  /** What the newest evaluation said; null where it was not sure of anything. */
  readonly said: Label | null;
  /** How many evaluations in a row said so, the newest among them; counted up to `COMMIT_AFTER`. */
  readonly inARow: number;
}

/** Nothing was evaluated yet. */
export const uncommitted = <Label extends string>(committed: Label): Commitment<Label> => ({
  committed,
  said: null,
  inARow: 0,
});

/** The commitment after one more evaluation. */
export function hearing<Label extends string>(before: Commitment<Label>, said: Label | null): Commitment<Label> {
  const inARow = said === null ? 0 : Math.min(COMMIT_AFTER, said === before.said ? before.inARow + 1 : 1);
  const isCommitted = said !== null && inARow === COMMIT_AFTER;
  return { committed: isCommitted ? said : before.committed, said, inARow };
}

/**
 * The commitment after `count` evaluations. They are asked for the newest first, and only as far back as it takes to
 * find three in a row; most often that is three.
 */
export function commitmentAfter<Label extends string>(
  count: number,
  saidAt: (at: number) => Label | null,
  unless: Label,
): Commitment<Label> {
  const said: (Label | null)[] = []; // The newest first.
  for (let at = count - 1; at >= 0 && !endsInRun(said); at -= 1) said.push(saidAt(at));
  return said.reverse().reduce<Commitment<Label>>(hearing, uncommitted(unless));
}

const endsInRun = (said: readonly (string | null)[]): boolean => {
  const last = said.at(-1) ?? null;
  return last !== null && said.length >= COMMIT_AFTER && said.slice(-COMMIT_AFTER).every((each) => each === last);
};
