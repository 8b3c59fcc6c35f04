import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { bodiesIn, bodyIn, type Api, type Body } from './api/api.ts';
import { showList, showOutcome } from './api/outcome.ts';
import { cellOf, fields, tableOf } from './api/table.ts';
import type { CommandContext, Run } from './command-context.ts';
import { countOf } from './escalations.ts';
import { EXIT } from './exit-codes.ts';
import { UsageFault } from './usage-fault.ts';

type ListFlags = {
  readonly episode?: string;
  readonly channel?: string;
  readonly status?: string;
  readonly limit: number;
  readonly json?: true;
};

const LISTED = fields({
  ...{ INTENDED: 'intended_at', CHANNEL: 'channel_id', LEVEL: 'level', KIND: 'kind', STATUS: 'status' },
  ...{ TRIES: 'attempts', SCOPE: 'scope', TITLE: 'title' },
});

/** Adds what can be asked about the ledger of deliveries. */
export function addNotifications(program: Command, run: Run, path: (file: string) => string): void {
  const group = program.command('notifications').description('who was told what, and whether it arrived');
  group
    .command('list')
    .description('deliveries, the one that was intended last first')
    .option('--episode <id>', 'only of this episode')
    .option('--channel <id>', 'only on this channel')
    .option('--status <status>', 'only those that stand so, such as delivered or dead-lettered')
    .option('--limit <count>', 'how many at most', countOf, 50)
    .option('--json', 'one object a line, for programs')
    .action((flags: ListFlags) => run((context) => list(flags, context)));
  group
    .command('simulate')
    .description('what another policy would have sent over a stretch of history; sends nothing')
    .requiredOption('--policy <file>', 'the routing policy, as GET /api/policies/routing has it')
    .option('--quiet-hours <file>', 'the quiet hours; those in force, unless said')
    .requiredOption('--from <moment>', 'from which moment of history on, such as 2008-09-01T00:00:00Z', momentOf)
    .requiredOption('--to <moment>', 'up to which moment', momentOf)
    .option('--json', 'one object, for programs')
    .action((flags: SimulateFlags) => run((context) => simulate(flags, path, context)));
}

type SimulateFlags = {
  readonly policy: string;
  readonly quietHours?: string;
  readonly from: string;
  readonly to: string;
  readonly json?: true;
};

async function list(flags: ListFlags, { findApi, terminal }: CommandContext): Promise<number> {
  const { episode, channel, status, limit, json } = flags;
  const items = await findApi().list('/api/notifications', { episode, channel, status }, limit);
  return showList({ items, columns: LISTED, none: 'nobody was told of anything', json: json === true }, terminal);
}

const LOOK_AGAIN_AFTER_MS = 250;
/** History of years takes a while; whoever waits longer asks for it by its id. */
const KNOWN_WITHIN_MS = 300_000;

async function simulate(
  { policy, quietHours, from, to, json }: SimulateFlags,
  path: (file: string) => string,
  { findApi, terminal }: CommandContext,
): Promise<number> {
  const api = findApi();
  const body = {
    ...{ policy: readDocument(path(policy)), from, to },
    ...(quietHours !== undefined && { quiet_hours: readDocument(path(quietHours)) }),
  };
  const asked = await api.ask('POST', '/api/simulations', body);
  if (asked.isPending) return showOutcome(asked, json === true, terminal);
  terminal.show('reading history …');
  const known = await knownOf(api, asked.body);
  if (json === true) terminal.say(JSON.stringify(known));
  if (known['status'] === 'running') {
    terminal.tell(`not known yet; GET /api/simulations/${cellOf(known['simulation_id'])} will tell what it came to`);
    return EXIT.unfinished;
  }
  if (known['status'] === 'failed') {
    terminal.tell(`tocsin: ${cellOf(known['because'])}`);
    return EXIT.refused;
  }
  if (json !== true) for (const line of inWords(bodyIn(known['result']))) terminal.say(line);
  return EXIT.done;
}

/** The simulation once it has ended, or as it stands when nobody waits any more. */
async function knownOf(api: Api, { simulation_id: id, log_position: position }: Body): Promise<Body> {
  const until = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const known = await api.get(`/api/simulations/${encodeURIComponent(String(id))}`, { atLeast: String(position) });
    if (known['status'] !== 'running' || performance.now() > until) return known;
    await pause(LOOK_AGAIN_AFTER_MS);
  }
}

const COUNTED = fields({ CHANNEL: 'channel_id', KIND: 'kind', LEVEL: 'level', WOULD: 'simulated', DID: 'sent' });
const LETTERS = fields({ AT: 'at', CHANNEL: 'channel_id', LEVEL: 'level', EPISODES: 'episodes', TITLE: 'title' });

function inWords(result: Body): readonly string[] {
  const { episodes, never_told: untold, simulated, sent, letters_left_out: leftOut } = result;
  const letters = bodiesIn(result['letters']);
  return [
    `${cellOf(simulated)} messages would have been sent, ${cellOf(sent)} were; ${cellOf(episodes)} episodes, ${cellOf(untold)} never told`,
    ...tableOf(COUNTED, bodiesIn(result['counts'])).map((line) => `  ${line}`),
    ...(letters.length === 0 ? [] : ['', ...tableOf(LETTERS, letters).map((line) => `  ${line}`)]),
    ...(typeof leftOut === 'number' && leftOut > 0 ? [`  … and ${leftOut} more`] : []),
  ];
}

/** @throws {UsageFault} when there is none, or no JSON object in it. */
function readDocument(file: string): Body {
  try {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return { ...document };
  } catch (error) {
    throw new UsageFault(`${file} cannot be read as JSON`, { cause: error });
  }
  throw new UsageFault(`${file} holds no JSON object`);
}

function momentOf(text: string): string {
  if (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError('A moment is such as 2008-09-01T00:00:00Z.');
}
