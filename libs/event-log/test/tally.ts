import type {
  AcknowledgeEpisode,
  ClockAdvanced,
  EpisodeAcknowledged,
  Recorded,
  Requested,
  VerdictCounted,
} from '@tocsin/contracts';
import { plusMs, refuse, type Decider, type Instant } from '@tocsin/domain-kit';
import { EventLog, Handles, Hears, to, type EntityType } from '../src/index.ts';
import type { Ground } from './ground.ts';

type TallyCommand =
  | {
      readonly type: 'Count';
      readonly data: { readonly scope: string; readonly at: Instant; readonly eventId: string };
    }
  | { readonly type: 'Ring'; readonly data: { readonly scope: string; readonly at: Instant } }
  | {
      readonly type: 'Acknowledge';
      readonly data: { readonly scope: string; readonly by: string; readonly reason: string; readonly at: Instant };
    };

/** How many ticks were counted, when to ring, and how often it rang. */
export type Tally = { readonly count: number; readonly ringAt: Instant | null; readonly rings: number };

/** A tally rings when no tick came for this long. */
export const RING_AFTER_MS = 5 * 60_000;

const RANG = 'rang';

const decider: Decider<TallyCommand, VerdictCounted | EpisodeAcknowledged, Tally, 'nothing-counted'> = {
  initialState: () => ({ count: 0, ringAt: null, rings: 0 }),

  decide({ type, data }, { count }) {
    const { scope, at } = data;
    const counted = (good: number, cause: string): VerdictCounted => ({
      type: 'VerdictCounted',
      data: {
        scope,
        barCloseAt: at,
        verdict: 'good',
        consecutiveFailures: 0,
        amber: 0,
        red: 0,
        good,
        causeEventIds: [cause],
        at,
      },
    });
    switch (type) {
      case 'Count':
        if (poisoned.has(data.eventId)) throw new TypeError('this tick cannot be counted\u0000\n: \ud83d');
        return [counted(count + 1, data.eventId)];
      case 'Ring':
        return [counted(count, RANG)];
      case 'Acknowledge': {
        if (count === 0) return refuse('nothing-counted', 'There is nothing to acknowledge.');
        const { by, reason } = data;
        return [{ type: 'EpisodeAcknowledged', data: { scope, episodeId: 'e', by, reason, until: at, at } }];
      }
    }
  },

  evolve(tally, { type, data }) {
    switch (type) {
      case 'EpisodeAcknowledged':
        return tally;
      case 'VerdictCounted':
        if (data.causeEventIds.includes(RANG)) return { ...tally, rings: tally.rings + 1, ringAt: null };
        return { ...tally, count: data.good, ringAt: plusMs(data.at, RING_AFTER_MS) };
    }
  },
};

/** Ids of ticks that the controller cannot translate. */
export const garbled = new Set<string>();

/** Ids of ticks that make the decider fail, as a defect of ours would. */
export const poisoned = new Set<string>();

export const tally: EntityType<TallyCommand, VerdictCounted | EpisodeAcknowledged, Tally, 'nothing-counted'> = {
  type: 'episode',
  decider,
  deadlines: ({ ringAt }) => (ringAt === null ? [] : [{ name: 'ring', at: ringAt }]),
  onDeadline: ({ dueAt }, scope) => ({ type: 'Ring', data: { scope, at: dueAt } }),
};

/** Counts ticks per clock. */
export class TallyController {
  constructor(private readonly entity = tally) {}

  @Hears('ClockAdvanced')
  onClockAdvanced({ id, time, data: { clock } }: Recorded<ClockAdvanced>) {
    if (garbled.has(id)) throw new TypeError('this tick means nothing');
    const scope = `service-${clock}`;
    return [to(this.entity, scope, { type: 'Count', data: { scope, at: time, eventId: id } })];
  }

  @Handles('AcknowledgeEpisode')
  onAcknowledgeEpisode({ actor, data: { scope, reason } }: Requested<AcknowledgeEpisode>, at: Instant) {
    return to(this.entity, scope, { type: 'Acknowledge', data: { scope, by: actor, reason, at } });
  }
}

/** Opens the service that counts what the speaker says. */
export async function openTally(ground: Ground, instance = 'escalation-0', entity = tally): Promise<EventLog> {
  const log = new EventLog(
    { service: 'escalation', hears: ['ingestion'], entities: [entity], locals: [], body: null },
    ground.wiring(instance),
  );
  await log.open([new TallyController(entity)]);
  return ground.track(log);
}
