import type {
  AcknowledgementExpiredData,
  EpisodeAcknowledgedData,
  EpisodeClearedData,
  EpisodeRaisedData,
  NoticeHeldData,
  Repeats,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { GoodNews } from '../wording/good-news.ts';
import type { NoticeKind, Rung } from './kind.ts';
import type { ToldChannel } from './notice.ts';

/** Whose people are concerned, and by which version of whose policy. */
type Addressed<Content> = { readonly tenant: string } & Content;

/** Names what waits as it stood when somebody looked: told otherwise by now, it is refused. */
type Looked = Rung & {
  readonly tenant: string;
  readonly scope: string;
  readonly kind: NoticeKind;
  readonly episodeId: string;
  readonly at: Instant;
};

/** What a notice is asked to decide. The first half comes from what is heard, the second from a round. */
export type NoticeCommand =
  | {
      readonly type: 'RaiseNotice';
      readonly data: Addressed<{
        readonly episode: EpisodeRaisedData;
        /** The newest policy of the tenant; an episode keeps the one that it began with. */
        readonly routing: { readonly version: number; readonly repeats: Repeats };
        /** When escalation said it, on the wall clock; null where history is not played faster than that. */
        readonly saidAt: Instant | null;
      }>;
    }
  | {
      readonly type: 'ClearNotice';
      readonly data: Addressed<{ readonly episode: EpisodeClearedData; readonly saidAt: Instant | null }>;
    }
  | { readonly type: 'AcknowledgeNotice'; readonly data: Addressed<{ readonly episode: EpisodeAcknowledgedData }> }
  | { readonly type: 'ReawakenNotice'; readonly data: Addressed<{ readonly episode: AcknowledgementExpiredData }> }
  | {
      readonly type: 'ShareGoodNews';
      readonly data: Addressed<{
        readonly news: GoodNews;
        /** Whether the tenant has a channel for every success, or only for first ones. */
        readonly isEveryOneAsked: boolean;
        readonly routingVersion: number;
      }>;
    }
  | {
      readonly type: 'Tell';
      readonly data: Looked & { readonly channels: readonly ToldChannel[]; readonly group: string };
    }
  | { readonly type: 'Hold'; readonly data: Looked & Pick<NoticeHeldData, 'by' | 'holder' | 'until'> }
  | { readonly type: 'Release'; readonly data: Looked };
