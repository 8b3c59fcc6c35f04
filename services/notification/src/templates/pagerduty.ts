import { severityOf } from '@tocsin/contracts';
import { createHash } from 'node:crypto';
import type { Letter } from '../outbound/channels/channel.ts';
import { cutTo } from './cut.ts';
import { storyOf } from './story.ts';

/** An event for PagerDuty's Events API v2, without the key of the integration, which is a secret. */
export type PagerdutyEvent = {
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  /** One incident for each episode. */
  readonly dedup_key: string;
  readonly client?: string;
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'info' | 'warning' | 'error' | 'critical';
    readonly timestamp: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, string | readonly string[]>>;
  };
};

/** Sources: developer.pagerduty.com, "Send an alert event" (summary 1024, dedup_key 255). */
const CHARS_MAX = { summary: 1_024, dedupKey: 255 };

type Thing = Pick<Letter, 'scope' | 'episodeId' | 'level'> & { readonly about: string | null };

/**
 * The events that a letter becomes: one for each episode that it is about, because an episode is an incident and ends by
 * itself. What ends is resolved whatever else is open. A test opens an incident of the lowest severity and resolves it.
 */
export function pagerdutyEvents(letter: Letter): readonly PagerdutyEvent[] {
  const { members = [], scope, episodeId, level } = letter;
  const things: readonly Thing[] = members.length > 1 ? members : [{ scope, episodeId, level, about: null }];
  switch (letter.kind) {
    case 'escalation':
    case 'reminder':
    case 'success':
    case 'signal':
      return things.map((thing) => trigger(letter, thing));
    case 'digest': // What is told in one message with others at INFO is an end.
      return things.map((thing) => (thing.level === 'INFO' ? resolve(thing) : trigger(letter, thing)));
    case 'acknowledgement':
      return things.map((thing) => ({ event_action: 'acknowledge', dedup_key: keyOf(thing.episodeId) }));
    case 'restoration':
      return things.map(resolve);
    case 'test': {
      const thing = { scope, episodeId: letter.notificationId, level: 'INFO', about: null } as const;
      return [trigger(letter, thing), resolve(thing)];
    }
  }
}

const resolve = ({ episodeId }: Pick<Thing, 'episodeId'>): PagerdutyEvent => ({
  event_action: 'resolve',
  dedup_key: keyOf(episodeId),
});

function trigger(letter: Letter, { scope, episodeId, level, about }: Thing): PagerdutyEvent {
  const story = storyOf(letter);
  const { link } = story;
  return {
    event_action: 'trigger',
    dedup_key: keyOf(episodeId),
    client: 'Tocsin',
    ...(link !== null && { client_url: link, links: [{ href: link, text: 'Open in Tocsin' }] }),
    payload: {
      summary: cutTo(about === null ? story.title : `${level}: ${about} (${story.title})`, CHARS_MAX.summary),
      source: 'tocsin',
      severity: severityOf(level),
      timestamp: letter.at,
      component: scope,
      group: letter.labels?.['provider'] ?? letter.facts['provider'] ?? scope.slice(0, scope.indexOf('-')),
      class: letter.kind,
      custom_details: {
        ...(story.note !== null && { note: story.note }),
        text: story.text,
        ...(story.why.length > 0 && { why: story.why }),
        ...Object.fromEntries(story.details),
        ...(about !== null && { about, level, scope }),
        notification: story.id,
      },
    },
  };
}

/** A longer one is refused, so it becomes its digest, which is as good at telling episodes apart. */
const keyOf = (episodeId: string): string =>
  episodeId.length <= CHARS_MAX.dedupKey ? episodeId : createHash('sha256').update(episodeId).digest('hex');
