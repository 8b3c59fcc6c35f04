import type { Level } from '@tocsin/contracts';
import { createHash } from 'node:crypto';
import type { Letter } from '../outbound/channels/channel.ts';
import { cutTo, cutToBytes } from './cut.ts';
import { plainStory, storyOf } from './story.ts';

/** A message as ntfy takes it at its root. */
export type NtfyMessage = {
  readonly topic: string;
  readonly title: string;
  readonly message: string;
  readonly priority: 2 | 3 | 4 | 5;
  readonly tags: readonly string[];
  readonly click?: string;
  /** Messages with the same one replace each other on the screen. */
  readonly sequence_id: string;
};

/** A longer message becomes an attachment (docs.ntfy.sh, "Limitations": 4096 bytes; JSON around it has twice that). */
const MESSAGE_BYTES_MAX = 3_000;
const TITLE_CHARS_MAX = 250;

const PRIORITIES = { INFO: 2, WARN: 3, ERROR: 4, CRITICAL: 5 } as const satisfies Record<Level, number>;
const TAGS = {
  INFO: 'information_source',
  WARN: 'warning',
  ERROR: 'orange_circle',
  CRITICAL: 'rotating_light',
} as const;

/**
 * Renders a letter for one topic. What is told of one episode replaces what was told before, so that a restoration leaves
 * no alarm on the screen; a message about several stands for itself.
 */
export function ntfyMessage(letter: Letter, topic: string): NtfyMessage {
  const story = storyOf(letter);
  const { kind, level, episodeId, notificationId, simulated, members = [] } = letter;
  const isGood = kind === 'restoration' || kind === 'success';
  return {
    topic,
    title: cutTo(story.title, TITLE_CHARS_MAX),
    message: cutToBytes(plainStory(story), MESSAGE_BYTES_MAX),
    priority: isGood ? 2 : PRIORITIES[level],
    tags: [isGood ? 'white_check_mark' : TAGS[level], kind, ...(simulated ? ['simulated'] : [])],
    ...(story.link !== null && { click: story.link }),
    sequence_id: sequenceOf(members.length > 1 || kind === 'test' ? notificationId : episodeId),
  };
}

/** As ntfy spells them; anything else becomes its digest. */
const sequenceOf = (id: string): string =>
  /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32);
