import type { AcknowledgeEpisode, EpisodeAcknowledged, FeedPaused, Recorded, Requested } from '@tocsin/contracts';
import { refuse, type Instant } from '@tocsin/domain-kit';
import { EventLog, Handles, Hears, to, type EntityType, type Wiring } from '@tocsin/event-log';

type Take = {
  readonly type: 'Take';
  readonly data: { readonly scope: string; readonly by: string; readonly reason: string; readonly at: Instant };
};
type Desk = { readonly reason: string | null };

/** A reason that the desk does not take. */
export const NO_REASON = 'Because.';

/** Scopes whose desk fails, as a defect of ours would make it. */
export const broken = new Set<string>();

/** Takes on whatever it is asked to, unless for no reason; what it was told last, it was told already. */
const desk: EntityType<Take, EpisodeAcknowledged, Desk, 'no-reason'> = {
  type: 'episode',
  decider: {
    initialState: () => ({ reason: null }),
    decide: ({ data: { scope, by, reason, at } }, { reason: known }) => {
      if (broken.has(scope)) throw new TypeError(`the desk of ${scope} is broken`);
      if (reason === NO_REASON) return refuse('no-reason', 'That is no reason.');
      if (reason === known) return [];
      return [{ type: 'EpisodeAcknowledged', data: { scope, episodeId: 'e', by, reason, until: at, at } }];
    },
    evolve: (_desk, { data: { reason } }) => ({ reason }),
  },
};

class DeskController {
  /** A feed that stands still is taken on by itself. */
  @Hears('FeedPaused')
  onFeedPaused({ data: { pair, reason, at } }: Recorded<FeedPaused>) {
    const scope = `pair-${pair}`;
    return [to(desk, scope, { type: 'Take', data: { scope, by: 'service:escalation', reason, at } })];
  }

  @Handles('AcknowledgeEpisode')
  onAcknowledgeEpisode({ actor, data: { scope, reason } }: Requested<AcknowledgeEpisode>, at: Instant) {
    return to(desk, scope, { type: 'Take', data: { scope, by: actor, reason, at } });
  }
}

/** A service in the place of escalation that decides who takes what on, and nothing else. */
export async function openDesk(wiring: Wiring): Promise<EventLog> {
  const log = new EventLog(
    { service: 'escalation', hears: ['ingestion'], entities: [desk], locals: [], body: null },
    wiring,
  );
  await log.open([new DeskController()]);
  return log;
}
