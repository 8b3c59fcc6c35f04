import type { Letter } from '../outbound/channels/channel.ts';
import { cutTo, listed } from './cut.ts';
import { colourOf, storyOf, type Story } from './story.ts';

/** What a webhook of Discord is asked to post. */
export type DiscordMessage = {
  readonly content: string;
  readonly embeds: readonly [DiscordEmbed];
  readonly allowed_mentions: { readonly parse: readonly never[] };
};

export type DiscordEmbed = {
  readonly title: string;
  readonly description: string;
  readonly url?: string;
  readonly color: number;
  readonly timestamp: string;
  readonly fields: readonly { readonly name: string; readonly value: string; readonly inline: boolean }[];
  readonly footer: { readonly text: string };
};

/** Sources: discord.com/developers, "Message: embed limits" and "Execute webhook" (content 2000). */
const CHARS_MAX = {
  content: 2_000,
  title: 256,
  description: 4_096,
  name: 256,
  value: 1_024,
  footer: 2_048,
  embed: 6_000,
};
const FIELDS_MAX = 25;
/** Each part of the description gets its share, so that members do not push the text out. */
const SHARES = { text: 2_100, why: 900, members: 1_000 };

/** Renders a letter as an embed. Nobody's words mention anybody. */
export function discordMessage(letter: Letter): DiscordMessage {
  const story = storyOf(letter);
  const title = cutTo(story.title, CHARS_MAX.title, markdown);
  const description = descriptionOf(story);
  const footer = cutTo(story.id, 500);
  const room = CHARS_MAX.embed - title.length - description.length - footer.length;
  return {
    content: cutTo(story.title, CHARS_MAX.content, markdown),
    embeds: [
      {
        title,
        description,
        ...(story.link !== null && { url: story.link }),
        color: Number.parseInt(colourOf(letter).slice(1), 16),
        timestamp: letter.at,
        fields: fieldsOf(story, room),
        footer: { text: footer },
      },
    ],
    allowed_mentions: { parse: [] },
  };
}

const descriptionOf = ({ note, text, why, members }: Story): string =>
  [
    cutTo([...(note === null ? [] : [note]), text].join('\n'), SHARES.text, markdown),
    ...(why.length === 0
      ? []
      : [
          listed(
            why.map((reason) => `• ${reason}`),
            SHARES.why,
            markdown,
          ),
        ]),
    ...(members.length === 0 ? [] : [listed(members, SHARES.members, markdown)]),
  ].join('\n\n');

/** As many as there is room for; the last one says how many more there are. */
function fieldsOf({ details }: Story, room: number): DiscordEmbed['fields'] {
  const whole = details.map(([name, value]) => ({
    name: cutTo(name, CHARS_MAX.name, markdown),
    value: cutTo(value === '' ? '–' : value, CHARS_MAX.value, markdown),
    inline: true,
  }));
  for (let kept = Math.min(whole.length, FIELDS_MAX); kept > 0; kept -= 1) {
    const more = whole.length - kept;
    const rest = more > 0 ? [{ name: '…', value: `and ${more} more`, inline: true }] : [];
    const fields = [...whole.slice(0, kept), ...rest];
    const chars = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
    if (fields.length <= FIELDS_MAX && chars <= room) return fields;
  }
  return [];
}

/** Names such as `__init__` are no emphasis. */
const markdown = (character: string): string => (/[\\*_~`|]/.test(character) ? `\\${character}` : character);
