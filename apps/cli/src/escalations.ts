import { InvalidArgumentError, type Command } from 'commander';
import { bodiesIn, bodyIn, type Body } from './api/api.ts';
import { durationMs } from './api/duration.ts';
import { showList, showOutcome } from './api/outcome.ts';
import { cellOf, fields, tableOf } from './api/table.ts';
import type { CommandContext, Run } from './command-context.ts';
import { EXIT } from './exit-codes.ts';
import { counted } from './progress-line.ts';

type ListFlags = {
  readonly status: string;
  readonly level?: string;
  readonly kind?: string;
  readonly limit: number;
  readonly json?: true;
};

type ShowFlags = { readonly limit: number; readonly json?: true };

const LISTED = [
  ...fields({ SCOPE: 'scope', LEVEL: 'level', PEAK: 'peak', STATUS: 'status', SINCE: 'opened_at' }),
  { head: 'TAKEN BY', of: (row: Body) => bodyIn(row['acknowledged'])['by'] },
  ...fields({ CAUSE: 'cause' }),
];

/** Adds what can be asked, and asked for, about episodes of trouble. */
export function addEscalations(program: Command, run: Run): void {
  const group = program.command('escalations').description('episodes of trouble, and what people decide about them');
  group
    .command('list')
    .description('episodes, the one that was opened last first')
    .option('--status <status>', 'standing (open or acknowledged), open, acknowledged, cleared, or all', 'standing')
    .option('--level <level>', 'INFO, WARN, ERROR or CRITICAL')
    .option('--kind <kind>', 'pair, provider, service, agent, portfolio, release or alert')
    .option('--limit <count>', 'how many at most', countOf, 50)
    .option('--json', 'one object a line, for programs')
    .action((flags: ListFlags) => run((context) => list(flags, context)));
  group
    .command('show <scope>')
    .description('the newest episode of a scope, with its timeline')
    .option('--limit <count>', 'how many of the newest lines of the timeline', countOf, 50)
    .option('--json', 'one object, for programs')
    .action((scope: string, flags: ShowFlags) => run((context) => show(scope, flags, context)));
  addAcknowledgement(group, run);
  addWords(group, run);
  addSilence(group, run);
}

type Reasoned = { readonly reason: string; readonly json?: true };

function addAcknowledgement(group: Command, run: Run): void {
  group
    .command('ack <scope>')
    .description('take an open episode on, so that repeats stop for a while')
    .requiredOption('--reason <text>', 'what you have to say; shown on the timeline')
    .option('--for <duration>', 'how long, such as 2h; by default 4h at CRITICAL and 24h below', durationOf)
    .option('--json', 'one object, for programs')
    .action((scope: string, flags: Reasoned & { for?: number }) =>
      run((context) =>
        change(
          scope,
          'ack',
          { reason: flags.reason, ...(flags.for !== undefined && { ttl_ms: flags.for }) },
          flags,
          context,
        ),
      ),
    );
  group
    .command('resolve <scope>')
    .description('end an episode by hand')
    .requiredOption('--reason <text>', 'why it is over; shown on the timeline')
    .option('--json', 'one object, for programs')
    .action((scope: string, flags: Reasoned) =>
      run((context) => change(scope, 'resolve', { reason: flags.reason }, flags, context)),
    );
}

function addWords(group: Command, run: Run): void {
  group
    .command('comment <scope> <words...>')
    .description('write something on the timeline of an open episode')
    .option('--json', 'one object, for programs')
    .action((scope: string, words: readonly string[], flags: { json?: true }) =>
      run((context) => change(scope, 'comment', { text: words.join(' ') }, flags, context)),
    );
}

function addSilence(group: Command, run: Run): void {
  group
    .command('silence <scope>')
    .description('tell nobody of this scope for a while; what happens goes on to be recorded')
    .requiredOption('--for <duration>', 'how long, such as 2h; at most 30d', durationOf)
    .requiredOption('--reason <text>', 'why; shown with the silence')
    .option('--json', 'one object, for programs')
    .action((scope: string, flags: Reasoned & { for: number }) =>
      run((context) => change(scope, 'silence', { comment: flags.reason, for_ms: flags.for }, flags, context)),
    );
}

async function list({ status, level, kind, limit, json }: ListFlags, context: CommandContext): Promise<number> {
  const query = { ...(status !== 'all' && { status }), level, scope_kind: kind };
  const items = await context.findApi().list('/api/escalations', query, limit);
  return showList({ items, columns: LISTED, none: 'no such episodes', json: json === true }, context.terminal);
}

async function show(scope: string, { limit, json }: ShowFlags, { findApi, terminal }: CommandContext): Promise<number> {
  const body = await findApi().get(`/api/escalations/${encodeURIComponent(scope)}`);
  if (json === true) {
    terminal.say(JSON.stringify(body));
    return EXIT.done;
  }
  const episode = bodyIn(body['episode']);
  const { level, peak, status, cause } = episode;
  terminal.say(`${scope}: ${cellOf(level)}, ${cellOf(status)}, at worst ${cellOf(peak)}`);
  terminal.say(`  since  ${cellOf(episode['opened_at'])}, until ${cellOf(episode['cleared_at'])}`);
  terminal.say(`  cause  ${cellOf(cause)}`);
  const columns = fields({ AT: 'at', WHAT: 'event', LEVEL: 'level', WHO: 'actor', WHY: 'because' });
  const lines = bodiesIn(body['timeline']);
  const earlier = Math.max(0, lines.length - limit) + (Number(body['timeline_left_out']) || 0);
  for (const line of tableOf(columns, lines.slice(-limit))) terminal.say(`  ${line}`);
  if (earlier > 0) terminal.tell(`${counted(earlier, 'earlier line is', 'earlier lines are')} not shown`);
  return EXIT.done;
}

async function change(
  scope: string,
  what: 'ack' | 'resolve' | 'comment' | 'silence',
  body: Body,
  { json }: { readonly json?: true },
  { findApi, terminal }: CommandContext,
): Promise<number> {
  const asked = await findApi().ask('POST', `/api/escalations/${encodeURIComponent(scope)}/${what}`, body);
  return showOutcome(asked, json === true, terminal);
}

/** How many of something; commander tells a person what is wrong with it. */
export function countOf(text: string): number {
  const count = Number(text);
  if (/^\d{1,6}$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError('It is a whole number from 1 on.');
}

/** A duration, in milliseconds; commander tells a person what is wrong with it. */
export function durationOf(text: string): number {
  const ms = durationMs(text);
  if (ms !== null && ms > 0) return ms;
  throw new InvalidArgumentError('A duration is a number with a unit: 90s, 30m, 4h or 2d.');
}
