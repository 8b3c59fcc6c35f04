import type { ChannelPolicy, DeliveryIntendedData } from '@tocsin/contracts';
import { membersOf } from './digest.ts';

type Letter = DeliveryIntendedData;

/** After so many failures of a CRITICAL another channel takes over, while this one goes on trying. */
export const FAILURES_BEFORE_TAKEOVER = 2;

/** Letters that somebody has to see soon, on whichever channel. */
export const mayBeTakenOver = ({ level, kind }: Pick<Letter, 'level' | 'kind'>): boolean =>
  level === 'CRITICAL' && (kind === 'escalation' || kind === 'reminder' || kind === 'digest');

/**
 * The same words for another channel: the first of `channels` that has not been given them, or null where there is none. A
 * log is no such channel: nobody reads it while everything seems well.
 * `told` are the ids of the letters that exist.
 */
export function takeover(
  letter: Letter,
  channels: readonly Pick<ChannelPolicy, 'id' | 'kind'>[],
  told: ReadonlySet<string>,
): Letter | null {
  for (const { id, kind } of channels) {
    const notificationId = idOn(letter, id);
    if (kind === 'log' || id === letter.channelId || told.has(notificationId)) continue;
    return onBehalf(letter, { id, kind });
  }
  return null;
}

/** The letter's words for another channel, under an id of its own. */
export const onBehalf = (letter: Letter, { id, kind }: Pick<ChannelPolicy, 'id' | 'kind'>): Letter => ({
  ...letter,
  notificationId: idOn(letter, id),
  channelId: id,
  channelKind: kind,
  takesOverFrom: letter.channelId,
});

/** What the letter's id is on another channel: for each first member it says the channel. */
export function idOn(letter: Letter, channelId: string): string {
  if (letter.kind === 'digest') return letter.notificationId.replace(`:${letter.channelId}:`, `:${channelId}:`);
  const [{ episodeId, level, repeatIndex } = letter] = membersOf(letter);
  return `esc:${episodeId}:${level}:${channelId}:${repeatIndex}`;
}
