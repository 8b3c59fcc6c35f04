import type { Letter } from '../outbound/channels/channel.ts';
import { cutTo, listed } from './cut.ts';
import { storyOf, type Story } from './story.ts';

/** A message of Slack: blocks for those who see it, text for notifications and for those who hear it. */
export type SlackMessage = { readonly text: string; readonly blocks: readonly object[] };

/** Sources: docs.slack.dev, "Blocks" (header 150, section 3000, its fields 10 of 2000 each) and "chat.postMessage" (text 4000). */
const CHARS_MAX = { header: 150, section: 3_000, field: 2_000, context: 2_000, text: 4_000 };
const FIELDS_MAX = 10;

const SIGNS = { INFO: 'ℹ️', WARN: '⚠️', ERROR: '🟠', CRITICAL: '🔴' } as const;
const GOOD = '✅';

/** Renders a letter by Slack's Block Kit. */
export function slackMessage(letter: Letter): SlackMessage {
  const story = storyOf(letter);
  return {
    text: cutTo(`${story.title}: ${story.text}`, CHARS_MAX.text, mrkdwn),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: cutTo(`${signOf(letter)} ${story.title}`, CHARS_MAX.header) },
      },
      section(cutTo([...(story.note === null ? [] : [story.note]), story.text].join('\n'), CHARS_MAX.section, mrkdwn)),
      ...(story.why.length === 0
        ? []
        : [
            section(
              listed(
                story.why.map((reason) => `• ${reason}`),
                CHARS_MAX.section,
                mrkdwn,
              ),
            ),
          ]),
      ...(story.members.length === 0 ? [] : [section(listed(story.members, CHARS_MAX.section, mrkdwn))]),
      ...fieldsOf(story),
      { type: 'context', elements: [{ type: 'mrkdwn', text: footer(story) }] },
    ],
  };
}

/** What is said in the thread of the first message, which itself is rewritten. */
export function slackReply(letter: Letter): SlackMessage {
  const { title, text } = storyOf(letter);
  const said = cutTo(`${signOf(letter)} ${title}: ${text}`, CHARS_MAX.section, mrkdwn);
  return { text: said, blocks: [section(said)] };
}

const signOf = ({ kind, level }: Letter): string =>
  kind === 'restoration' || kind === 'success' ? GOOD : SIGNS[level];

const section = (text: string): object => ({ type: 'section', text: { type: 'mrkdwn', text } });

function fieldsOf({ details }: Story): readonly object[] {
  if (details.length === 0) return [];
  const isTooMany = details.length > FIELDS_MAX;
  const shown = isTooMany ? details.slice(0, FIELDS_MAX - 1) : details;
  const rest = isTooMany ? [`… and ${details.length - shown.length} more`] : [];
  const texts = [
    ...shown.map(([name, value]) => `*${cutTo(name, 80, mrkdwn)}*\n${cutTo(value, CHARS_MAX.field - 90, mrkdwn)}`),
    ...rest,
  ];
  return [{ type: 'section', fields: texts.map((text) => ({ type: 'mrkdwn', text })) }];
}

const footer = ({ link, id }: Story): string =>
  [...(link === null ? [] : [`<${linkOf(link)}|Open in Tocsin>`]), cutTo(id, CHARS_MAX.context / 2, mrkdwn)].join(
    ' · ',
  );

/** Slack reads links and mentions out of these three; nobody's words may ping a channel. */
function mrkdwn(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    default:
      return character;
  }
}

const linkOf = (link: string): string => link.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E');
