import type { DeliveryIntended } from '@tocsin/contracts';
import type { Arrival } from '../house/receivers.ts';
import { factsOf, type Invariant } from './evidence.ts';

type Letter = DeliveryIntended['data'];

/** What became of a delivery in the end, as the service says: what is gathered is told by the letter that it went into. */
type Outcome = 'delivered' | 'unknown' | 'dead-lettered' | 'gathered' | 'withdrawn';

/**
 * By distinct ids, every ERROR and CRITICAL was accepted, and everything else at most once; every delivery has one
 * outcome; nobody accepted what nobody decided; and no sender followed a receiver elsewhere. What a receiver answered with
 * a final no is a dead letter and nothing else. Nothing is told in two messages: every episode, level and repeat is in one
 * letter on each channel.
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
    ...toldTwice(letters),
    ...(evidence.followed === 0 ? [] : [`a sender followed a redirect ${evidence.followed} times`]),
  ];
};

const OUTCOMES: Readonly<Partial<Record<string, Outcome>>> = {
  DeliverySucceeded: 'delivered',
  DeliveryUnknown: 'unknown',
  DeliveryDeadLettered: 'dead-lettered',
  DeliveryGathered: 'gathered',
  DeliveryWithdrawn: 'withdrawn',
};

/** What stands in more than one letter of a channel. A digest says again what it gathered, and is no letter of its own. */
function toldTwice(letters: readonly Letter[]): readonly string[] {
  const seen = new Set<string>();
  return letters
    .filter(({ kind }) => kind !== 'digest')
    .flatMap((letter) => rungsOf(letter))
    .flatMap((rung) => {
      if (seen.has(rung)) return [`${rung} is told in two letters`];
      seen.add(rung);
      return [];
    });
}

/** A reminder and the first message share their rungs, so that a repeat is another index and never another word. */
function rungsOf({ channelId, kind, scope, episodeId, level, repeatIndex, members }: Letter): readonly string[] {
  const told = members ?? [{ scope, episodeId, level, repeatIndex }];
  const phase = kind === 'reminder' ? 'escalation' : kind;
  return told.map((one) => `${channelId}:${phase}:${one.scope}:${one.episodeId}:${one.level}:${one.repeatIndex}`);
}

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
  const isTold = outcome === 'gathered' || outcome === 'withdrawn';
  if (isUrgent && accepted === 0 && !wasSentElsewhere && !isTold)
    return [`${notificationId} is urgent and never arrived`];
  if (!isUrgent && accepted > 1) return [`${notificationId} is ${level} and arrived ${accepted} times`];
  return [];
}
