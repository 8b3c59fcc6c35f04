import { SHARED_TENANT, type Level } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Letter } from '../outbound/channels/channel.ts';

/** What people are shown, in the order in which they are shown it, however their channel spells it. */
export type Story = {
  readonly title: string;
  /** That it may have arrived before; null where it cannot have. */
  readonly note: string | null;
  readonly text: string;
  /** Why, a line each, the weightiest first. */
  readonly why: readonly string[];
  /** One line for each thing that it is about, where there is more than one. */
  readonly members: readonly string[];
  /** Names and values to show beside the text. */
  readonly details: readonly (readonly [name: string, value: string])[];
  readonly link: string | null;
  /** The notification's id, by which a person finds everything about it. */
  readonly id: string;
};

/** What a repeat says of itself where the receiver cannot tell. */
const REPEAT_NOTE = 'A possible repeat: nobody can tell whether this has reached you before.';

/** Puts together what a letter tells, so that all channels tell the same. */
export function storyOf(letter: Letter): Story {
  const { notificationId, title, text, link, isPossibleRepeat, why = [], members = [] } = letter;
  return {
    title: isPossibleRepeat ? `${title} (possible repeat)` : title,
    note: isPossibleRepeat ? REPEAT_NOTE : null,
    text,
    why,
    members: members.length > 1 ? members.map(({ level, about }) => `${level}: ${about}`) : [],
    details: detailsOf(letter),
    link: link ?? null,
    id: notificationId,
  };
}

/** Text for those who read nothing but text. */
export const plainStory = ({ note, text, why, members, details, link, id }: Story): string =>
  [
    ...(note === null ? [] : [note, '']),
    text,
    ...why.map((reason) => `- ${reason}`),
    ...(members.length === 0 ? [] : ['', ...members]),
    '',
    ...details.map(([name, value]) => `${name}: ${value}`),
    ...(link === null ? [] : ['', link]),
    '',
    id,
  ].join('\n');

function detailsOf({ facts, level, startedAt, freshness, tenant, takesOverFrom }: Letter): Story['details'] {
  const said: Record<string, string | undefined> = {
    level,
    since: startedAt && spoken(startedAt),
    freshness: freshness && freshnessOf(freshness),
    tenant: tenant === SHARED_TENANT ? undefined : tenant,
    'instead of': takesOverFrom,
    ...facts,
  };
  return Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

const freshnessOf = ({ colour, lastBarCloseAt }: NonNullable<Letter['freshness']>): string =>
  lastBarCloseAt === null ? `${colour}, no bar yet` : `${colour}, newest bar of ${spoken(lastBarCloseAt)}`;

const spoken = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** How a level or an end looks, where there is colour. */
export const colourOf = ({ kind, level }: Pick<Letter, 'kind' | 'level'>): string =>
  kind === 'restoration' || kind === 'success' ? '#2e7d32' : COLOURS[level];

const COLOURS: Readonly<Record<Level, string>> = {
  INFO: '#1565c0',
  WARN: '#b26a00',
  ERROR: '#d84315',
  CRITICAL: '#b00020',
};
