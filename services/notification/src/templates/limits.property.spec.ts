import { instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import type { Letter } from '../outbound/channels/channel.ts';
import { CUT_MARK, cutTo, cutToBytes, listed } from './cut.ts';
import { discordMessage } from './discord.ts';
import { KINDS, letterOf } from './letters.fixture.ts';
import { ntfyMessage } from './ntfy.ts';
import { pagerdutyEvents } from './pagerduty.ts';
import { slackMessage } from './slack.ts';

/** Text as a schema lets it through: long, with whatever needs an escape and characters of several bytes. */
const words = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('a', ' ', '&', '<', '>', '*', '_', '`', '|', '"', '\\', 'é', '€', '😀', 'word '), {
      minLength: 1,
      maxLength,
      size: 'max',
    })
    .map(
      (parts) =>
        parts
          .join('')
          .slice(0, maxLength)
          .replace(/[\uD800-\uDBFF]$/, '') || 'a',
    );

const letters: fc.Arbitrary<Letter> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    title: words(200),
    text: words(2_000),
    facts: fc.dictionary(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/), words(500), { maxKeys: 40, size: 'max' }),
    why: fc.array(words(300), { maxLength: 10 }),
    members: fc.array(words(200), { maxLength: 500, size: 'max' }),
    isPossibleRepeat: fc.boolean(),
  })
  .map(({ members, kind, ...rest }) => ({
    ...letterOf(kind, 'single'),
    ...rest,
    freshness: { colour: 'RED' as const, lastBarCloseAt: instant('2014-05-06T09:45:00Z') },
    members: members.map((about, index) => ({
      scope: `pair-P${index}-15m`,
      episodeId: `e${index}`,
      level: 'ERROR' as const,
      repeatIndex: 0,
      about,
    })),
  }));

/** Ends in the middle of a character, which no receiver can read. */
const isTorn = (text: string): boolean =>
  /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const RUNS = { numRuns: 150 };

describe('whatever a letter says', () => {
  it('Slack is sent no more than it takes', () => {
    type Block = { type: string; text?: { text: string }; fields?: { text: string }[]; elements?: { text: string }[] };
    fc.assert(
      fc.property(letters, (letter) => {
        const { text, blocks } = slackMessage(letter);
        expect(text.length).toBeLessThanOrEqual(4_000);
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const block of blocks as Block[]) {
          const max = block.type === 'header' ? 150 : 3_000;
          expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(max);
          if (block.text) expect(block.text.text).not.toBe('');
          expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
          for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
          for (const element of block.elements ?? []) expect(element.text.length).toBeLessThanOrEqual(2_000);
        }
        // An escape that was cut in two would show as it is, and a mention would ping.
        const written = textsIn(blocks.slice(1)).join(' ');
        expect(written.replaceAll(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
        expect(written.replaceAll(/<https:[^<>|]*\|Open in Tocsin>/g, '')).not.toMatch(/[<>]/);
        expect(textsIn(blocks).some(isTorn)).toBe(false);
      }),
      RUNS,
    );
  });

  it('Discord is sent no more than it takes', () => {
    fc.assert(
      fc.property(letters, (letter) => {
        const { content, embeds } = discordMessage(letter);
        const [{ title, description, fields, footer }] = embeds;
        expect(content.length).toBeLessThanOrEqual(2_000);
        expect(title.length).toBeLessThanOrEqual(256);
        expect(description.length).toBeLessThanOrEqual(4_096);
        expect(footer.text.length).toBeLessThanOrEqual(2_048);
        expect(fields.length).toBeLessThanOrEqual(25);
        for (const { name, value } of fields) {
          expect(name.length).toBeLessThanOrEqual(256);
          expect(value.length).toBeLessThanOrEqual(1_024);
          expect(value).not.toBe('');
        }
        const all = [title, description, footer.text, ...fields.flatMap(({ name, value }) => [name, value])];
        expect(all.join('').length).toBeLessThanOrEqual(6_000);
        expect(all.some(isTorn)).toBe(false);
      }),
      RUNS,
    );
  });

  it('PagerDuty is sent no more than it takes, and one key for each episode', () => {
    fc.assert(
      fc.property(letters, (letter) => {
        const events = pagerdutyEvents(letter);
        for (const { payload, dedup_key } of events) {
          expect(dedup_key.length).toBeLessThanOrEqual(255);
          expect(payload?.summary.length ?? 0).toBeLessThanOrEqual(1_024);
          expect(isTorn(payload?.summary ?? '')).toBe(false);
        }
        if (letter.kind !== 'test') expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(events.length);
      }),
      RUNS,
    );
  });

  it('ntfy is sent no more than it takes for a message', () => {
    fc.assert(
      fc.property(letters, (letter) => {
        const message = ntfyMessage(letter, 'topic');
        expect(Buffer.byteLength(message.message)).toBeLessThanOrEqual(4_096);
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(8_192);
        expect(message.sequence_id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(isTorn(message.message)).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('what does not fit', () => {
  it('is cut with a mark, and what fits is left as it is', () => {
    fc.assert(
      fc.property(words(300), fc.integer({ min: CUT_MARK.length + 2, max: 300 }), (text, max) => {
        const cut = cutTo(text, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(cut === text || cut.endsWith(CUT_MARK)).toBe(true);
        expect(cut === text).toBe(text.length <= max);
        expect(Buffer.byteLength(cutToBytes(text, max))).toBeLessThanOrEqual(max);
      }),
    );
  });

  it('of a list is counted', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `WARN: pair ${index}`);
    const shown = listed(lines, 200).split('\n');
    expect(shown.at(-1)).toBe(`… and ${50 - (shown.length - 1)} more`);
    expect(shown.slice(0, -1)).toEqual(lines.slice(0, shown.length - 1));
    expect(listed(lines, 10_000).split('\n')).toEqual(lines);
  });
});
