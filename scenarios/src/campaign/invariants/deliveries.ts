import type { DeliveryIntended } from '@tocsin/contracts';
import type { Arrival } from '../house/receivers.ts';
import { factsOf, type Invariant } from './evidence.ts';

type Letter = DeliveryIntended['data'];

/** What became of a delivery in the end, as the service says. */
type Outcome = 'delivered' | 'unknown' | 'dead-lettered';

/**
 * By distinct ids, every ERROR and CRITICAL was accepted, and everything else at most once; every delivery has one
 * outcome; nobody accepted what nobody decided; and no sender followed a receiver elsewhere. What a receiver answered with
 * a final no is a dead letter and nothing else.
 */
export const deliveriesAreAsPromised: Invariant = (evidence) => {
  const letters: Letter[] = [];
  const outcomes = new Map<string, Outcome[]>();
  for (const { type, data } of factsOf(evidence, 'notification')) {
    if (type === 'DeliveryIntended') letters.push(data);
    const outcome = OUTCOMES[type];
    if (outcome === undefined || !('notificationId' in data)) continue;
    outcomes.set(data.notificationId, [...(outcomes.get(data.notificationId) ?? []), outcome]);
  }
  const known = new Set(letters.map(({ notificationId }) => notificationId));
  const strangers = evidence.arrivals.filter(({ id }) => !known.has(id));
  return [
    ...letters.flatMap((letter) =>
      contradictions(
        letter,
        evidence.arrivals.filter(({ id, channel }) => id === letter.notificationId && channel === letter.channelKind),
        outcomes.get(letter.notificationId) ?? [],
      ),
    ),
    ...strangers.map(({ id, channel }) => `${channel}: ${id} arrived, and nobody had decided on it`),
    ...(evidence.followed === 0 ? [] : [`a sender followed a redirect ${evidence.followed} times`]),
  ];
};

const OUTCOMES: Readonly<Partial<Record<string, Outcome>>> = {
  DeliverySucceeded: 'delivered',
  DeliveryUnknown: 'unknown',
  DeliveryDeadLettered: 'dead-lettered',
};

function contradictions(
  { notificationId, channelKind, level }: Letter,
  arrivals: readonly Arrival[],
  outcomes: readonly Outcome[],
): readonly string[] {
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length !== 1)
    return [`${notificationId} has ${outcomes.length} outcomes: ${outcomes.join(', ') || 'none'}`];
  if (channelKind === 'log') return [];
  const accepted = arrivals.filter(({ fate }) => fate === 'accepted').length;
  const wasSentElsewhere = arrivals.some(({ fate }) => fate === 'sent-elsewhere');
  if (outcome === 'dead-lettered' && !wasSentElsewhere)
    return [`${notificationId} is a dead letter without a final no`];
  if (outcome === 'delivered' && accepted === 0) return [`${notificationId} counts as delivered and never arrived`];
  const isUrgent = level === 'ERROR' || level === 'CRITICAL';
  if (isUrgent && accepted === 0 && !wasSentElsewhere) return [`${notificationId} is urgent and never arrived`];
  if (!isUrgent && accepted > 1) return [`${notificationId} is ${level} and arrived ${accepted} times`];
  return [];
}
