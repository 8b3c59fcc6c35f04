import { InvalidArgumentError, type Command } from 'commander';
import { bodiesIn, bodyIn, type Body } from './api/api.ts';
import { showList, showOutcome } from './api/outcome.ts';
import { fields } from './api/table.ts';
import type { CommandContext, Run } from './command-context.ts';
import { countOf, durationOf } from './escalations.ts';

type ListFlags = { readonly expired?: true; readonly limit: number; readonly json?: true };
type CreateFlags = {
  readonly match: readonly Matcher[];
  readonly for: number;
  readonly reason: string;
  readonly json?: true;
};
type Matcher = { readonly label: string; readonly op: string; readonly value: string };

const LISTED = [
  ...fields({ ID: 'silence_id', KIND: 'kind', STATE: 'state' }),
  { head: 'UNTIL', of: (row: Body) => bodyIn(row['window'])['until'] },
  {
    head: 'WHAT',
    of: (row: Body) =>
      bodiesIn(row['matchers']).map(({ label, op, value }) => `${String(label)}${String(op)}${String(value)}`),
  },
  ...fields({ BY: 'created_by', WHY: 'comment' }),
];

/** Adds what can be asked, and asked for, about silences. */
export function addSilences(program: Command, run: Run): void {
  const group = program.command('silences').description('what is kept from people for a while');
  group
    .command('list')
    .description('silences and maintenance windows that hold or will hold, the one that was asked for last first')
    .option('--expired', 'those that are over instead')
    .option('--limit <count>', 'how many at most', countOf, 50)
    .option('--json', 'one object a line, for programs')
    .action((flags: ListFlags) => run((context) => list(flags, context)));
  group
    .command('create')
    .description('tell nobody of what fits, for a while')
    .requiredOption('--match <condition...>', 'conditions on labels, such as provider=kraken or symbol=~EUR.*', matched)
    .requiredOption('--for <duration>', 'how long, such as 2h; at most 30d', durationOf)
    .requiredOption('--reason <text>', 'why; shown with the silence')
    .option('--json', 'one object, for programs')
    .action((flags: CreateFlags) => run((context) => create(flags, context)));
  group
    .command('expire <id>')
    .description('end one now; what it held back and still stands is told')
    .option('--json', 'one object, for programs')
    .action((id: string, { json }: { json?: true }) => run((context) => expire(id, json === true, context)));
}

async function list({ expired, limit, json }: ListFlags, { findApi, terminal }: CommandContext): Promise<number> {
  const items = await findApi().list('/api/silences', { state: expired ? 'expired' : 'standing' }, limit);
  return showList({ items, columns: LISTED, none: 'nothing is silenced', json: json === true }, terminal);
}

async function create(flags: CreateFlags, { findApi, terminal }: CommandContext): Promise<number> {
  const { match: matchers, for: lastsMs, reason: comment, json } = flags;
  const asked = await findApi().ask('POST', '/api/silences', { matchers, for_ms: lastsMs, comment });
  const code = showOutcome(asked, json === true, terminal);
  if (json !== true && !asked.isPending) terminal.say(`silence ${String(asked.body['silence_id'])}`);
  return code;
}

async function expire(id: string, json: boolean, { findApi, terminal }: CommandContext): Promise<number> {
  const asked = await findApi().ask('DELETE', `/api/silences/${encodeURIComponent(id)}`, {});
  return showOutcome(asked, json, terminal);
}

const CONDITION = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!=|!~|=)\s*(?:"(.*)"|(.*?))\s*$/;

/** Reads one more condition. */
function matched(text: string, before: readonly Matcher[] = []): readonly Matcher[] {
  const [, label, op, quoted, bare] = CONDITION.exec(text) ?? [];
  if (label === undefined || op === undefined)
    throw new InvalidArgumentError('A condition is a label, =, !=, =~ or !~, and a value.');
  return [...before, { label, op, value: quoted ?? bare ?? '' }];
}
