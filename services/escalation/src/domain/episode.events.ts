import type {
  AcknowledgementExpired,
  BreakerAwaited,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeCommented,
  EpisodeRaised,
  VerdictCounted,
} from '@tocsin/contracts';

/** What is said about the scope of an episode. */
export type EpisodeEvent =
  | VerdictCounted
  | EpisodeRaised
  | EpisodeCleared
  | EpisodeAcknowledged
  | AcknowledgementExpired
  | EpisodeCommented
  | BreakerAwaited;

export type EpisodeRefusal =
  | 'episode-not-open'
  | 'episode-is-shared'
  | 'episode-unknown'
  | 'acknowledged-by-the-house'
  | 'acknowledgement-too-long'
  | 'resolved-by-the-house';
