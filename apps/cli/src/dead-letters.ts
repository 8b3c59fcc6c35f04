import type { Command } from 'commander';
import { ApiRefusal, bodyIn, type Body } from './api/api.ts';
import { showList, showOutcome } from './api/outcome.ts';
import { cellOf, fields } from './api/table.ts';
import type { CommandContext, Run } from './command-context.ts';
import { countOf } from './escalations.ts';
import { EXIT } from './exit-codes.ts';
import { counted } from './progress-line.ts';
import { UsageFault } from './usage-fault.ts';

type ListFlags = { readonly channel?: string; readonly limit: number; readonly json?: true };
type RedriveFlags = {
  readonly all?: true;
  readonly channel?: string;
  readonly reason: string;
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
};

const relevanceOf = (row: Body): Body => bodyIn(row['relevance']);

const LISTED = [
  ...fields({ ID: 'notification_id', CHANNEL: 'channel_id', LEVEL: 'level', TRIES: 'attempts' }),
  { head: 'AGE', of: (row: Body) => ageOf(relevanceOf(row)['age_s']) },
  { head: 'WORTH IT', of: (row: Body) => worthOf(relevanceOf(row)) },
  ...fields({ TITLE: 'title', 'LAST ERROR': 'error_message' }),
];

/** More dead letters than this are not a matter for one command. */
const AT_ONCE_MAX = 10_000;

/** Adds what can be asked, and asked for, about messages that were given up. */
export function addDeadLetters(program: Command, run: Run): void {
  const group = program.command('dead-letters').description('messages that were given up');
  group
    .command('list')
    .description('what was given up, and whether it is still worth sending')
    .option('--channel <id>', 'only on this channel')
    .option('--limit <count>', 'how many at most', countOf, 50)
    .option('--json', 'one object a line, for programs')
    .action((flags: ListFlags) => run((context) => list(flags, context)));
  group
    .command('redrive [id]')
    .description('have one tried again, or all of them; the channel is not sent more than it takes')
    .option('--all', 'every one, or every one on the channel')
    .option('--channel <id>', 'with --all: only on this channel')
    .requiredOption('--reason <text>', 'what you have to say; kept with the fact')
    .option('--force', 'also what is over, or older than 24 h')
    .option('--dry-run', 'only say what would happen')
    .option('--json', 'one object a line, for programs')
    .action((id: string | undefined, flags: RedriveFlags) =>
      run((context) => {
        if ((id === undefined) === (flags.all === undefined)) throw new UsageFault('name a message, or say --all');
        return id === undefined ? redriveAll(flags, context) : redriveOne(id, flags, context);
      }),
    );
}

async function list({ channel, limit, json }: ListFlags, { findApi, terminal }: CommandContext): Promise<number> {
  const items = await findApi().list('/api/dead-letters', { channel }, limit);
  return showList({ items, columns: LISTED, none: 'nothing was given up', json: json === true }, terminal);
}

async function redriveOne(id: string, flags: RedriveFlags, { findApi, terminal }: CommandContext): Promise<number> {
  return showOutcome(await findApi().ask('POST', pathOf(id), bodyOf(flags)), flags.json === true, terminal);
}

/** One after the other, so that what is refused is told by itself; ends with 1 where anything was. */
async function redriveAll(flags: RedriveFlags, { findApi, terminal, progress }: CommandContext): Promise<number> {
  const api = findApi();
  const items = await api.list('/api/dead-letters', { channel: flags.channel }, AT_ONCE_MAX);
  let refused = 0;
  for (const [index, item] of items.entries()) {
    const id = String(item['notification_id']);
    progress({ doing: 'redriving', done: index, total: items.length });
    try {
      const { body } = await api.ask('POST', pathOf(id), bodyOf(flags));
      if (flags.json === true) terminal.say(JSON.stringify({ notification_id: id, ...body }));
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.problem.status !== 409) throw error;
      refused += 1;
      if (flags.json === true) terminal.say(JSON.stringify({ notification_id: id, ...error.problem }));
      else terminal.tell(`${id}: ${error.message}`);
    }
  }
  const done = flags.dryRun === true ? 'would be tried again' : 'will be tried again';
  if (flags.json !== true) terminal.say(`${counted(items.length - refused, 'message')} ${done}, ${refused} refused`);
  return refused === 0 ? EXIT.done : EXIT.differs;
}

const pathOf = (id: string): string => `/api/dead-letters/${encodeURIComponent(id)}/redrive`;

const bodyOf = ({ reason, force, dryRun }: RedriveFlags): Body => ({
  ...{ reason, force: force === true, rehearse: dryRun === true },
});

/** What notification would say to it by now. */
function worthOf({ is_over: isOver, is_too_old: isTooOld }: Body): string {
  if (isOver === true) return 'no: over';
  return isTooOld === true ? 'no: too old' : 'yes';
}

const HOUR_S = 3_600;

function ageOf(seconds: unknown): string {
  if (typeof seconds !== 'number') return cellOf(null);
  if (seconds < 2 * HOUR_S) return `${Math.floor(seconds / 60)} min`;
  return seconds < 48 * HOUR_S ? `${Math.floor(seconds / HOUR_S)} h` : `${Math.floor(seconds / (24 * HOUR_S))} d`;
}
