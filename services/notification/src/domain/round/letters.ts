import type { ChannelKind, DeliveryIntendedData, Labels } from '@tocsin/contracts';
import { earlierOf, plainText, type Instant } from '@tocsin/domain-kit';
import type { LineWaiting, NoticeLine } from '../notices/notice-line.ts';
import type { ToldChannel } from '../notices/notice.ts';
import { wordsForGroup } from '../wording/group-words.ts';
import { CHARS_MAX, sentences } from '../wording/phrases.ts';

/** What is sent to one channel. */
export type Letter = DeliveryIntendedData;

/** A line that is told now, and to whom. */
export type Telling = {
  readonly line: NoticeLine;
  readonly waiting: LineWaiting;
  readonly channels: readonly ToldChannel[];
};

type Occasion = {
  readonly group: string;
  readonly at: Instant;
  /** Where people see more; null where nobody said. */
  readonly publicUrl: string | null;
};

/** These keep a thread for each episode by themselves, so each hears of it alone; they group on their side. */
const SINGLY: readonly ChannelKind[] = ['pagerduty'];

/** One letter for each channel, about everything that is told there together. */
export function lettersOf(tellings: readonly Telling[], occasion: Occasion): readonly Letter[] {
  const channels = new Map(tellings.flatMap(({ channels }) => channels.map((channel) => [channel.id, channel])));
  return [...channels.values()].flatMap((channel) => {
    const told = tellings.filter(({ channels }) => channels.some(({ id }) => id === channel.id));
    const messages = SINGLY.includes(channel.kind) ? told.map((one) => [one]) : [told];
    return messages.flatMap((members) => letterOf(channel, members, occasion) ?? []);
  });
}

function letterOf(
  channel: ToldChannel,
  members: readonly Telling[],
  { group, at, publicUrl }: Occasion,
): Letter | null {
  const [first] = members;
  if (first === undefined) return null;
  const { line, waiting } = first;
  const { kind, level, repeatIndex } = waiting;
  const { tenant, scope, episodeId } = line;
  const common = {
    notificationId: notificationId(first, channel.id),
    channelId: channel.id,
    channelKind: channel.kind,
    kind,
    scope,
    episodeId,
    level,
    repeatIndex,
    tenant,
    group,
    ...(publicUrl !== null && { link: linkTo(publicUrl, first) }),
    at,
  };
  if (members.length === 1) return { ...common, ...alone(first) };
  const lines = members.map((member) => member.line);
  return {
    ...common,
    ...wordsForGroup(waiting, lines),
    members: members.map(memberOf),
    labels: commonLabels(lines),
    why: [...new Set(lines.flatMap(({ words }) => words.why))].slice(0, WHY_MAX),
    startedAt: lines.map(({ startedAt }) => startedAt).reduce(earlierOf),
    simulated: lines.every(({ simulated }) => simulated),
  };
}

const WHY_MAX = 5;

function alone({ line, waiting }: Telling) {
  const { words, labels, startedAt, simulated } = line;
  const { title, text, facts, why, freshness, note } = words;
  const isRepeat = waiting.kind === 'reminder';
  return {
    title: isRepeat ? plainText(`Still ${title}`, CHARS_MAX.title) : title,
    text: note === null ? text : plainText(`${sentences(note)} ${text}`, CHARS_MAX.text),
    facts: isRepeat ? { ...facts, repeat: String(waiting.repeatIndex) } : facts,
    why,
    ...(freshness !== null && { freshness }),
    labels,
    startedAt,
    simulated,
  };
}

const memberOf = ({ line: { scope, episodeId, words }, waiting: { level, repeatIndex } }: Telling) => ({
  scope,
  episodeId,
  level,
  repeatIndex,
  about: words.about,
});

/** Episode, level, channel and repeat: whoever sends it again makes the same id. Good news has its bar in its own id. */
function notificationId(
  { line: { episodeId }, waiting: { kind, level, repeatIndex } }: Telling,
  channelId: string,
): string {
  if (kind === 'success' || kind === 'signal') return `${episodeId}:${channelId}`;
  return `${kind === 'acknowledgement' ? 'ack' : 'esc'}:${episodeId}:${level}:${channelId}:${repeatIndex}`;
}

function linkTo(publicUrl: string, { line: { scope, labels }, waiting: { kind } }: Telling): string {
  const base = publicUrl.replace(/\/+$/, '');
  if (kind !== 'success' && kind !== 'signal') return `${base}/api/escalations/${scope}`;
  const query = new URLSearchParams({ pair: labels['symbol'] ?? '', tf: labels['timeframe'] ?? '' });
  return `${base}/api/analysis/latest?${query.toString()}`;
}

/** The labels that all have with the same value. */
function commonLabels(lines: readonly NoticeLine[]): Labels {
  const [first, ...others] = lines;
  const entries = Object.entries(first?.labels ?? {});
  return Object.fromEntries(entries.filter(([name, value]) => others.every(({ labels }) => labels[name] === value)));
}
