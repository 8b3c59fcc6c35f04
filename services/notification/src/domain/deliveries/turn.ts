import type { DeliveryIntendedData, Level } from '@tocsin/contracts';

/** A letter on a channel's work list, as far as its turn depends on it. */
export type QueuedLetter = {
  readonly notificationId: string;
  /** Everything that it is about. */
  readonly scopes: readonly string[];
  readonly level: Level;
  readonly kind: DeliveryIntendedData['kind'];
  /** Waits for a digest that is told once in a while: out of order, and nothing waits for it. */
  readonly isApart: boolean;
  /** Whether it could be sent now, were it alone. */
  readonly isReady: boolean;
};

const RUNGS: Readonly<Record<Level, number>> = { INFO: 1, WARN: 2, ERROR: 3, CRITICAL: 4 };

/** Nothing is above it: it is never overtaken. */
const NEVER_OVERTAKEN = 5;

/**
 * The letters whose turn it is, CRITICAL first, then in the order of `queue`, which is the order in which they were
 * decided. Of one scope a letter waits for every earlier one, so that nobody is told of the end before the beginning; it
 * only overtakes what matters less, so that nothing critical waits behind something that will not go through. A
 * restoration is never overtaken: after the next raise it would be a lie.
 */
export function inTurn(queue: readonly QueuedLetter[]): readonly string[] {
  const highest = new Map<string, number>();
  const critical: string[] = [];
  const others: string[] = [];
  for (const { notificationId, scopes, level, kind, isReady, isApart } of queue) {
    const rung = RUNGS[level];
    const isFree = isApart || scopes.every((scope) => (highest.get(scope) ?? 0) < rung);
    if (isFree && isReady) (level === 'CRITICAL' ? critical : others).push(notificationId);
    if (isApart) continue;
    const holds = kind === 'restoration' ? NEVER_OVERTAKEN : rung;
    for (const scope of scopes) highest.set(scope, Math.max(highest.get(scope) ?? 0, holds));
  }
  return [...critical, ...others];
}
