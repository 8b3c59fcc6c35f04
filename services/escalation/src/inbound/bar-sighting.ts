import type {
  AttemptFailed,
  BarClosed,
  BarMissed,
  Colour,
  Recorded,
  RunCompleted,
  RunFailed,
  RunSkipped,
} from '@tocsin/contracts';
import type { BarSighting } from '../domain/bar-queue.ts';
import type { Verdict } from '../domain/verdict.ts';

/** The facts that tell something about one bar of a pair. */
export type BarFact = BarClosed | BarMissed | AttemptFailed | RunCompleted | RunSkipped | RunFailed;

const MISSED: Readonly<Record<Colour, Verdict>> = { GREEN: 'ignored', AMBER: 'missed-amber', RED: 'missed-red' };

/** What a fact tells about its bar; null for facts that do not count, such as an attempt that will be repeated. */
export function sightingOf(event: Recorded<BarFact>): BarSighting | null {
  const { id: eventId, time: at } = event;
  const ingestion = { by: 'ingestion', eventId, at } as const;
  const analysis = { by: 'analysis', eventId, at } as const;
  switch (event.type) {
    case 'BarClosed': {
      const { closeAt, backfill } = event.data;
      // History from before the feed began is never analysed.
      return backfill ? null : { ...ingestion, barCloseAt: closeAt, saw: 'closed' };
    }
    case 'BarMissed':
      return { ...ingestion, barCloseAt: event.data.boundaryAt, saw: MISSED[event.data.colour] };
    case 'AttemptFailed':
      return event.data.exhausted ? { ...ingestion, barCloseAt: event.data.barCloseAt, saw: 'failed' } : null;
    case 'RunCompleted': {
      const { barCloseAt, freshness } = event.data;
      return { ...analysis, barCloseAt, saw: freshness.colour === 'GREEN' ? 'good' : 'ignored' };
    }
    case 'RunSkipped':
      return { ...analysis, barCloseAt: event.data.barCloseAt, saw: 'ignored' };
    case 'RunFailed':
      return { ...analysis, barCloseAt: event.data.barCloseAt, saw: event.data.weight > 0 ? 'failed' : 'ignored' };
  }
}
