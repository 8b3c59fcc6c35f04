import {
  SHARED_TENANT,
  type AcknowledgementExpired,
  type ChannelPolicy,
  type EpisodeAcknowledged,
  type EpisodeCleared,
  type EpisodeRaised,
  type Repeats,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { GoodNews } from '../wording/good-news.ts';
import { noticeKey } from './kind.ts';
import type { NoticeCommand } from './notice.commands.ts';

/** What escalation says of an episode that people may have to be told. */
export type EpisodeFact = EpisodeRaised | EpisodeCleared | EpisodeAcknowledged | AcknowledgementExpired;

/** What good news a channel asks for. */
export type Wishes = Pick<ChannelPolicy, 'success' | 'signals'>;

/** A tenant that has a channel, its newest routing policy, and what its channels ask for. */
export type Addressee = {
  readonly tenant: string;
  readonly routing: { readonly version: number; readonly repeats: Repeats };
  readonly wishes: readonly Wishes[];
};

/** A command for the notice `key`. */
export type Addressed = { readonly key: string; readonly command: NoticeCommand };

/**
 * Brings a fact to the notice of everyone whom it concerns: what is shared concerns all, anything else its own tenant. A
 * tenant without a channel has a notice too, which says that nobody hears of it, until it makes one. `saidAt` is when
 * escalation said it, on the wall clock; null where history is not played faster than that.
 */
export function addressed(
  fact: EpisodeFact,
  addressees: readonly Addressee[],
  saidAt: Instant | null,
): readonly Addressed[] {
  const { scope, tenant: owner = SHARED_TENANT } = fact.data;
  const concerned = owner === SHARED_TENANT ? addressees : [ownerAmong(addressees, owner)];
  return concerned.map((addressee) => ({
    key: noticeKey(addressee.tenant, scope),
    command: commandOf(fact, addressee, saidAt),
  }));
}

function ownerAmong(addressees: readonly Addressee[], owner: string): Addressee {
  const known = addressees.find(({ tenant }) => tenant === owner);
  const routing = addressees.find(({ tenant }) => tenant === SHARED_TENANT)?.routing ?? { version: 0, repeats: {} };
  return known ?? { tenant: owner, routing, wishes: [] };
}

/** Brings good news to the notice of everyone who has a channel that asks for it. */
export const sharedWith = (news: GoodNews, addressees: readonly Addressee[]): readonly Addressed[] =>
  addressees
    .filter(({ wishes }) => wishes.some((wish) => asksFor(news.kind, wish)))
    .map(({ tenant, routing, wishes }) => ({
      key: noticeKey(tenant, news.scope),
      command: {
        type: 'ShareGoodNews',
        data: {
          tenant,
          news,
          isEveryOneAsked: wishes.some(({ success }) => success === 'every'),
          routingVersion: routing.version,
        },
      },
    }));

/** Whether a channel with this wish asks for good news of that kind. */
export const asksFor = (kind: GoodNews['kind'], { success, signals }: Wishes): boolean =>
  kind === 'signal' ? signals : success !== 'restoration';

function commandOf(
  { type, data: episode }: EpisodeFact,
  { tenant, routing }: Addressee,
  saidAt: Instant | null,
): NoticeCommand {
  switch (type) {
    case 'EpisodeRaised':
      return { type: 'RaiseNotice', data: { tenant, episode, routing, saidAt } };
    case 'EpisodeCleared':
      return { type: 'ClearNotice', data: { tenant, episode, saidAt } };
    case 'EpisodeAcknowledged':
      return { type: 'AcknowledgeNotice', data: { tenant, episode } };
    case 'AcknowledgementExpired':
      return { type: 'ReawakenNotice', data: { tenant, episode } };
  }
}
