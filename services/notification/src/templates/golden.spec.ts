import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, type ParserError } from 'parse5';
import type { Letter } from '../outbound/channels/channel.ts';
import { postedAlerts } from './alertmanager.ts';
import { discordMessage } from './discord.ts';
import { KINDS, letterOf, VARIANTS } from './letters.fixture.ts';
import { mailOf } from './mail.ts';
import { ntfyMessage } from './ntfy.ts';
import { pagerdutyEvents } from './pagerduty.ts';
import { slackMessage, slackReply } from './slack.ts';
import { webhookBody } from './webhook.ts';

/** Renewed by `RENEW_GOLDEN=1 npm run test:unit -- services/notification/src/templates`; then read what changed. */
const isRenewal = process.env['RENEW_GOLDEN'] === '1';
const GOLDEN = join(import.meta.dirname, '../../test/golden');

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const NOW = Date.parse('2014-05-06T10:31:41Z');

/** What each channel sends, as somebody would read it. The log says the letter's own words. */
const RENDERERS: Readonly<Record<string, (letter: Letter) => string>> = {
  webhook: (letter) => json(JSON.parse(webhookBody(letter))),
  slack: (letter) => json(slackMessage(letter)),
  'slack-thread': (letter) => json(slackReply(letter)),
  discord: (letter) => json(discordMessage(letter)),
  pagerduty: (letter) => json(pagerdutyEvents(letter)),
  ntfy: (letter) => json(ntfyMessage(letter, 'trading-desk')),
  alertmanager: (letter) => json(postedAlerts(letter, NOW)),
  'email-text': (letter) => `Subject: ${mailOf(letter).subject}\n\n${mailOf(letter).text}`,
  'email-html': (letter) => mailOf(letter).html,
};

describe.each(Object.entries(RENDERERS))('what %s is sent', (channel, render) => {
  it.each(KINDS)('of the kind %s is as it was read and found good', (kind) => {
    const rendered = VARIANTS.map((variant) => `=== ${variant} ===\n${render(letterOf(kind, variant))}\n`).join('\n');
    const file = join(GOLDEN, channel, `${kind}.txt`);
    if (isRenewal) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, rendered);
    }
    expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(rendered);
  });
});

describe('the page of a mail', () => {
  const letters = KINDS.flatMap((kind) => VARIANTS.map((variant) => [kind, variant] as const));

  it.each(letters)('%s, %s, is well-formed by the standard of HTML', (kind, variant) => {
    const faults: string[] = [];
    parse(mailOf(letterOf(kind, variant)).html, { onParseError: ({ code }: ParserError) => faults.push(code) });
    expect(faults).toEqual([]);
  });

  it('takes nobody’s words for markup', () => {
    const { html } = mailOf({
      ...letterOf('escalation', 'single'),
      title: '<script>alert("1")</script>',
      why: [`"' onload='x`],
    });
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(html).toContain('&quot;&#39; onload=&#39;x');
  });
});
