import type { Letter } from '../outbound/channels/channel.ts';
import { markup, type Markup } from './markup.ts';
import { colourOf, plainStory, storyOf, type Story } from './story.ts';

/** What a mail says, for those who read text and for those who see pages. */
export type Mail = { readonly subject: string; readonly text: string; readonly html: string };

/** A mail of five hundred lines is read by nobody. */
const MEMBERS_MAX = 100;

/** Renders a letter as a mail. The page needs no picture and no style sheet, which mail programs keep back. */
export function mailOf(letter: Letter): Mail {
  const story = shortened(storyOf(letter));
  return { subject: story.title, text: plainStory(story), html: page(letter, story).source };
}

function shortened(story: Story): Story {
  const { members } = story;
  if (members.length <= MEMBERS_MAX) return story;
  return {
    ...story,
    members: [...members.slice(0, MEMBERS_MAX), `… and ${members.length - MEMBERS_MAX} more`],
  };
}

const CELL = 'padding:4px 12px 4px 0;vertical-align:top';

const page = (letter: Letter, story: Story): Markup => markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${story.title}</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1a1a1a;font:16px/1.5 sans-serif">
<div style="max-width:640px;margin:0 auto;border-left:6px solid ${colourOf(letter)};padding-left:16px">
<h1 style="font-size:20px;margin:0 0 12px;color:${colourOf(letter)}">${story.title}</h1>
${noteOf(story)}<p>${story.text}</p>
${listOf(story.why)}${listOf(story.members)}<table style="border-collapse:collapse;font-size:14px">
${story.details.map(row)}</table>
${linkOf(story)}<p style="color:#5f6368;font-size:12px">${story.id}</p>
</div>
</body>
</html>
`;

const noteOf = ({ note }: Story): readonly Markup[] =>
  note === null ? [] : [markup`<p style="padding:8px;background:#fff3cd"><strong>${note}</strong></p>\n`];

const listOf = (lines: readonly string[]): readonly Markup[] =>
  lines.length === 0 ? [] : [markup`<ul>\n${lines.map((line) => markup`<li>${line}</li>\n`)}</ul>\n`];

const row = ([name, value]: readonly [string, string]): Markup =>
  markup`<tr><th scope="row" style="${CELL};text-align:left">${name}</th><td style="${CELL}">${value}</td></tr>\n`;

const linkOf = ({ link }: Story): readonly Markup[] =>
  link === null ? [] : [markup`<p><a href="${link}">Open in Tocsin</a></p>\n`];
