import type { Instant } from '@tocsin/domain-kit';

/** The service's clock, as answers name it: the wall, or the newest time heard where history is played. */
export abstract class ServiceTime {
  abstract now(): Instant;
  /** Whether a second of this clock is a second of the caller's, so that an answer may be kept for a while. */
  abstract readonly isWall: boolean;
}
