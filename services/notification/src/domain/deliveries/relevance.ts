import type { DeliveryIntendedData, DeliveryWithdrawnData } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { membersOf } from './digest.ts';

type Letter = DeliveryIntendedData;

/** How an episode stands, as far as it matters to a letter about it. */
export type EpisodeStanding =
  { readonly status: 'open'; readonly acknowledgedUntil: Instant | null } | { readonly status: 'over' };

/** What is to be known before a letter is sent late. */
export type Surroundings = {
  /** By episode id; an episode that nobody knows of is left alone. */
  readonly standings: ReadonlyMap<string, EpisodeStanding>;
  /** The episodes of which this channel may have been told: something was sent, or nobody knows whether it was. */
  readonly toldOf: ReadonlySet<string>;
  /** The episodes of which a letter to this channel was withdrawn. */
  readonly withdrawnOf: ReadonlySet<string>;
  /** Whether the newest message on this channel that came to an end was given up. */
  readonly isChannelFailing: boolean;
  /** Whether somebody removed the channel, or switched it off. */
  readonly isChannelGone: boolean;
  readonly now: Instant;
};

export type Withdrawal = DeliveryWithdrawnData['because'];

/** The scope of the episode that failing deliveries make. */
const DELIVERIES_SCOPE = 'service-notification';

/** A letter that is younger than this and was never tried goes as it is. */
const LATE_MS = 60_000;

/** Whether so much time has passed that things may stand otherwise than when the letter was decided. */
export const isLate = ({ attempts, ageMs }: { readonly attempts: number; readonly ageMs: number }): boolean =>
  attempts > 0 || ageMs > LATE_MS;

/**
 * Returns why a letter is not worth sending any more, or null while it is. What began and is over need not be told to
 * those who never heard of it, and then its end need not be told either.
 */
export function irrelevanceOf(letter: Letter, late: boolean, surroundings: Surroundings): Withdrawal | null {
  if (late && surroundings.isChannelGone) return 'channel-gone';
  // A channel is not the place to say that it fails: the letter would fail like the ones that it is about.
  if (letter.scope === DELIVERIES_SCOPE && letter.kind !== 'test' && surroundings.isChannelFailing)
    return 'about-this-channel';
  switch (letter.kind) {
    case 'escalation':
      return late && isOver(letter, surroundings) ? 'episode-over' : null;
    case 'reminder':
    case 'acknowledgement':
      if (late && isOver(letter, surroundings)) return 'episode-over';
      return late && letter.kind === 'reminder' && isAcknowledged(letter, surroundings) ? 'acknowledged' : null;
    case 'restoration':
      return isUnheardOf(letter, surroundings) ? 'never-told' : null;
    case 'digest':
      return late && isOver(letter, surroundings) && tellsOfNoEnd(letter) ? 'episode-over' : null;
    case 'test':
    case 'success':
    case 'signal':
      return null;
  }
}

/** A message about several things is worth sending while any of them stands. */
const isOver = (letter: Letter, { standings }: Surroundings): boolean =>
  membersOf(letter).every(({ episodeId }) => standings.get(episodeId)?.status === 'over');

/** What is over is worth telling of where somebody waits for it; in a digest an end is INFO, like any other. */
const tellsOfNoEnd = (letter: Letter): boolean => membersOf(letter).every(({ level }) => level !== 'INFO');

const isAcknowledged = (letter: Letter, { standings, now }: Surroundings): boolean =>
  membersOf(letter).every(({ episodeId }) => {
    const standing = standings.get(episodeId);
    if (standing?.status !== 'open') return standing?.status === 'over';
    return standing.acknowledgedUntil !== null && now < standing.acknowledgedUntil;
  });

const isUnheardOf = (letter: Letter, { toldOf, withdrawnOf }: Surroundings): boolean =>
  membersOf(letter).every(({ episodeId }) => withdrawnOf.has(episodeId) && !toldOf.has(episodeId));
