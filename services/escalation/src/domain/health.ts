import { plainText, plusMs, type Instant } from '@tocsin/domain-kit';
import { higherOf, isAbove, type Level } from './level.ts';
import type { SilenceLevel } from './presence.decider.ts';

/** The last beat of a service, as the watch heard it. */
export interface Pulse {
  /** On the watch's monotonic clock. */
  readonly heardAtMs: number;
  /** On the wall clock of the service itself. */
  readonly beatAt: Instant;
  /** The last word that something in it stands still, as long as it counts; null while everything moves. */
  readonly halted: { readonly because: string; readonly heardAtMs: number } | null;
}

/**
 * A service tries every few seconds whether what stands still can go on, and is in motion for a moment then. So a halt is
 * over only when nothing was said of it for so long.
 */
const HALT_LINGERS_MS = 10_000;

/** The pulse after one more beat. */
export function withBeat(
  pulse: Pulse | null,
  { at: beatAt, halted }: { readonly at: Instant; readonly halted: string | null },
  heardAtMs: number,
): Pulse {
  const last = pulse?.halted ?? null;
  const lingering = last !== null && heardAtMs - last.heardAtMs < HALT_LINGERS_MS ? last : null;
  return { heardAtMs, beatAt, halted: halted === null ? lingering : { because: plainText(halted), heardAtMs } };
}

/** What a service's beats tell. `untold` is neither good nor bad: the watch has not listened for long enough. */
export type Vitals =
  | { readonly status: 'untold' }
  | { readonly status: 'well'; readonly beatAt: Instant }
  | {
      readonly status: 'failing';
      readonly level: SilenceLevel;
      readonly because: string;
      readonly lastBeatAt: Instant | null;
      readonly silentMs: number;
    };

/** Trouble that was said on a lane: it outlives the watch's memory. */
export interface Trouble {
  readonly because: string;
  readonly eventId: string;
  /** When its service said it, on that service's wall clock. */
  readonly saidAt: Instant;
}

/** What the log knows of a service. */
export interface ServiceRecord {
  /** Of the service's episode; INFO when there is none. */
  readonly level: Level;
  /** The silence that was last said; null when the service was last said to be heard. */
  readonly silent: SilenceLevel | null;
  /** The newest lane or read model that stood still. */
  readonly halted: Trouble | null;
  /** A key that is parked. */
  readonly parked: Trouble | null;
  /** Types of tasks that nobody can do, or that were given up since one was done last; by the name of the trouble. */
  readonly tasks: Readonly<Record<string, Trouble>>;
  /** The messages that were given up on channels on which none has arrived since, by the channel. */
  readonly deadLetters: Readonly<Record<string, Trouble>>;
}

export const UNTROUBLED: ServiceRecord = {
  level: 'INFO',
  silent: null,
  halted: null,
  parked: null,
  tasks: {},
  deadLetters: {},
};

/** Beats come every few seconds; with this much silence and one look a second, a dead service is told within a minute. */
export const SILENT_ERROR_MS = 45_000;
const SILENT_CRITICAL_MS = 180_000;

/** Reads a service's beats. What came before `watchingSinceMs` proves nothing: the watch itself was deaf until then. */
export function vitalsOf(pulse: Pulse | null, watchingSinceMs: number, nowMs: number): Vitals {
  const heardAtMs = pulse?.heardAtMs ?? Number.NEGATIVE_INFINITY;
  const silentMs = nowMs - Math.max(heardAtMs, watchingSinceMs);
  const lastBeatAt = pulse?.beatAt ?? null;
  if (silentMs >= SILENT_ERROR_MS) {
    const level = silentMs >= SILENT_CRITICAL_MS ? 'CRITICAL' : 'ERROR';
    return {
      status: 'failing',
      level,
      because: `No beat for ${Math.floor(silentMs / 1_000)} s.`,
      lastBeatAt,
      silentMs,
    };
  }
  if (pulse === null || heardAtMs < watchingSinceMs) return { status: 'untold' };
  if (pulse.halted === null) return { status: 'well', beatAt: pulse.beatAt };
  return { status: 'failing', level: 'CRITICAL', because: pulse.halted.because, lastBeatAt, silentMs };
}

/** What is wrong with a service, worst first. `eventId` is null where no fact says it, only beats or their absence. */
interface Diagnosis {
  readonly level: Level;
  readonly cause: string;
  readonly eventId: string | null;
}

/**
 * Puts together what the beats and the log say; null while that is not enough for an opinion. A halt is over when the
 * service beats without one for long enough. While a service fails, nothing about it gets better.
 */
export function diagnose(vitals: Vitals, record: ServiceRecord): Diagnosis | null {
  if (vitals.status === 'untold') return null;
  const { level, halted, parked, tasks, deadLetters } = record;
  const lastBeatAt = vitals.status === 'well' ? vitals.beatAt : vitals.lastBeatAt;
  const isHalted = halted !== null && lastBeatAt !== null && lastBeatAt < plusMs(halted.saidAt, HALT_LINGERS_MS);
  const findings: readonly Diagnosis[] = [
    ...(isHalted ? [{ level: 'CRITICAL' as const, cause: halted.because, eventId: halted.eventId }] : []),
    ...(vitals.status === 'failing'
      ? [{ level: higherOf(vitals.level, level), cause: vitals.because, eventId: null }]
      : []),
    ...(parked !== null ? [{ level: 'WARN' as const, cause: parked.because, eventId: parked.eventId }] : []),
    ...[...Object.values(tasks), ...Object.values(deadLetters)].map(({ because: cause, eventId }) => ({
      level: 'WARN' as const,
      cause,
      eventId,
    })),
  ];
  return findings.reduce<Diagnosis>((worst, next) => (isAbove(next.level, worst.level) ? next : worst), {
    level: 'INFO',
    cause: 'It beats, and nothing in it stands still.',
    eventId: null,
  });
}
