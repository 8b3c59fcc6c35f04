import { epochMs, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import type { ServiceTime } from '../service-time.ts';
import type { Alert } from './alert.ts';
import type { TheirSilence } from './silence.ts';

/**
 * Alertmanager's tools know one clock, the wall's, and hold moments against it themselves. Where history is played ours is
 * another, so moments are told by how far they are from now: "since five minutes" is true by either clock.
 */
export type TheirClock = {
  readonly toTheirs: (ours: Instant) => Instant;
  readonly toOurs: (theirs: Instant) => Instant;
};

/** The clocks as they stand at this moment. */
export function theirClock(time: ServiceTime): TheirClock {
  const aheadMs = time.isWall ? 0 : Date.now() - epochMs(time.now());
  return { toTheirs: (ours) => plusMs(ours, aheadMs), toOurs: (theirs) => plusMs(instant(theirs), -aheadMs) };
}

/** An alert with its moments on the wall. */
export const alertOnTheirClock = (alert: Alert, { toTheirs }: TheirClock): Alert => ({
  ...alert,
  ...{ startsAt: toTheirs(alert.startsAt), updatedAt: toTheirs(alert.updatedAt), endsAt: toTheirs(alert.endsAt) },
});

/** A silence with its moments on the wall. */
export const silenceOnTheirClock = (silence: TheirSilence, { toTheirs }: TheirClock): TheirSilence => ({
  ...silence,
  ...{ startsAt: toTheirs(silence.startsAt), endsAt: toTheirs(silence.endsAt), updatedAt: toTheirs(silence.updatedAt) },
});
