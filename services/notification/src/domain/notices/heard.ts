import type {
  AcknowledgementExpired,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeRaised,
  Repeats,
} from '@tocsin/contracts';
import { noticeKey } from './kind.ts';
import type { NoticeCommand } from './notice.commands.ts';

/** What escalation says of an episode that people may have to be told. */
export type EpisodeFact = EpisodeRaised | EpisodeCleared | EpisodeAcknowledged | AcknowledgementExpired;

/** A tenant that has a channel, and its newest routing policy. */
export type Addressee = {
  readonly tenant: string;
  readonly routing: { readonly version: number; readonly repeats: Repeats };
};

/** A command for the notice `key`. */
export type Addressed = { readonly key: string; readonly command: NoticeCommand };

/** Brings a fact to the notice of everyone whom it concerns. */
export function addressed(fact: EpisodeFact, addressees: readonly Addressee[]): readonly Addressed[] {
  const { scope } = fact.data;
  return addressees.map((addressee) => ({
    key: noticeKey(addressee.tenant, scope),
    command: commandOf(fact, addressee),
  }));
}

function commandOf({ type, data: episode }: EpisodeFact, { tenant, routing }: Addressee): NoticeCommand {
  switch (type) {
    case 'EpisodeRaised':
      return { type: 'RaiseNotice', data: { tenant, episode, routing } };
    case 'EpisodeCleared':
      return { type: 'ClearNotice', data: { tenant, episode } };
    case 'EpisodeAcknowledged':
      return { type: 'AcknowledgeNotice', data: { tenant, episode } };
    case 'AcknowledgementExpired':
      return { type: 'ReawakenNotice', data: { tenant, episode } };
  }
}
