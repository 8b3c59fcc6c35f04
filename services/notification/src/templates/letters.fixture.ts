import { instant } from '@tocsin/domain-kit';
import type { Letter } from '../outbound/channels/channel.ts';

type Kind = Letter['kind'];

/** Every kind of letter. */
export const KINDS: readonly Kind[] = [
  'escalation',
  'reminder',
  'restoration',
  'acknowledgement',
  'digest',
  'test',
  'success',
  'signal',
];

/** What a letter may be besides its kind. */
export const VARIANTS = ['single', 'group', 'simulated', 'possible repeat'] as const;
export type Variant = (typeof VARIANTS)[number];

const WORDS: Readonly<Record<Kind, Pick<Letter, 'level' | 'title' | 'text'>>> = {
  escalation: {
    level: 'CRITICAL',
    title: 'CRITICAL: EURUSD 15m',
    text: 'EURUSD 15m: three bars in a row could not be fetched. CRITICAL (was ERROR) since 2014-05-06 10:31:40 UTC; it began at 2014-05-06 10:01:40 UTC. The pair is blind: rely on nothing that is said about it until two good bars have come in.',
  },
  reminder: {
    level: 'CRITICAL',
    title: 'CRITICAL still: EURUSD 15m',
    text: 'EURUSD 15m has been CRITICAL for 1 h, and nobody has taken it on.',
  },
  restoration: {
    level: 'INFO',
    title: 'Restored: EURUSD 15m',
    text: 'EURUSD 15m works again: two good bars in a row. It lasted 30 min, from 2014-05-06 10:01:40 UTC to 2014-05-06 10:31:40 UTC, and reached CRITICAL.',
  },
  acknowledgement: {
    level: 'CRITICAL',
    title: 'Taken on: EURUSD 15m',
    text: 'dana has taken on EURUSD 15m until 2014-05-06 14:31:40 UTC: "The provider says that it is looking into it."',
  },
  digest: {
    level: 'ERROR',
    title: '3 messages at once',
    text: 'More was told than this channel takes: 1 CRITICAL, 1 ERROR, 1 INFO.',
  },
  test: {
    level: 'INFO',
    title: 'A test of the channel Trading desk',
    text: 'operator asked for it. Whoever reads this is reached.',
  },
  success: {
    level: 'INFO',
    title: 'Fresh: EURUSD 15m',
    text: 'The first run since the start has been completed.',
  },
  signal: {
    level: 'INFO',
    title: 'BUY EURUSD 15m, 82 of 100',
    text: 'A composite of 82 at the bar of 2014-05-06 10:15:00 UTC. No advice, and no order.',
  },
};

/** What people are told of a story that a person would meet, with words that need care: markup, mentions, quotes. */
export function letterOf(kind: Kind, variant: Variant): Letter {
  const { level, title, text } = WORDS[kind];
  const isSimulated = variant === 'simulated';
  const isNews = kind === 'escalation' || kind === 'reminder';
  return {
    notificationId: idOf(kind, level),
    channelId: 'desk',
    channelKind: 'webhook',
    kind,
    scope: kind === 'test' ? 'service-notification' : 'pair-EURUSD-15m',
    episodeId: '3f8a1c0b92d4e6f7',
    level,
    repeatIndex: kind === 'reminder' ? 1 : 0,
    title: isSimulated ? `${title} (simulated)` : title,
    text: isSimulated ? `${text} The source is simulated: no real market is concerned.` : text,
    facts: {
      about: 'EURUSD 15m',
      provider: 'kraken',
      cause: `<b>timeout</b> & "retry" of __init__ by <!channel> @everyone`,
    },
    simulated: isSimulated,
    ...(isNews && {
      freshness: { colour: 'RED', lastBarCloseAt: instant('2014-05-06T09:45:00Z') },
      why: ['A bar was missed while RED.', 'kraken answered with 503 three times.'],
    }),
    ...(kind !== 'test' && {
      startedAt: instant('2014-05-06T10:01:40Z'),
      link: 'https://tocsin.example.org/episodes/pair-EURUSD-15m',
    }),
    labels: { alertname: 'TocsinPair', provider: 'kraken', severity: 'critical', scope_kind: 'pair' },
    ...((variant === 'group' || kind === 'digest') && { members: membersOf(kind) }),
    at: instant('2014-05-06T10:31:40Z'),
    isPossibleRepeat: variant === 'possible repeat',
    firstReceipt: null,
  };
}

function idOf(kind: Kind, level: Letter['level']): string {
  switch (kind) {
    case 'signal':
      return 'sig:EURUSD:15m:1399371300000:desk';
    case 'test':
      return 'test:desk:0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1';
    case 'escalation':
    case 'reminder':
    case 'restoration':
    case 'acknowledgement':
    case 'digest':
    case 'success':
      return `esc:3f8a1c0b92d4e6f7:${level}:desk:${kind === 'reminder' ? 1 : 0}`;
  }
}

const membersOf = (kind: Kind): NonNullable<Letter['members']> => {
  const levelOf = (level: Letter['level']): Letter['level'] => (kind === 'digest' ? level : WORDS[kind].level);
  const member = (pair: string, episodeId: string, level: Letter['level']) => ({
    scope: `pair-${pair}`,
    episodeId,
    level: levelOf(level),
    repeatIndex: 0,
    about: pair.replace('-', ' '),
  });
  return [
    member('EURUSD-15m', '3f8a1c0b92d4e6f7', 'CRITICAL'),
    member('GBPUSD-15m', '0f8a1c0b92d4e6f8', 'ERROR'),
    member('BRK=2EB-1d', '1f8a1c0b92d4e6f9', 'INFO'),
  ];
};
