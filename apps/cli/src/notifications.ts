import type { Command } from 'commander';
import { showList } from './api/outcome.ts';
import { fields } from './api/table.ts';
import type { CommandContext, Run } from './command-context.ts';
import { countOf } from './escalations.ts';

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
export function addNotifications(program: Command, run: Run): void {
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
}

async function list(flags: ListFlags, { findApi, terminal }: CommandContext): Promise<number> {
  const { episode, channel, status, limit, json } = flags;
  const items = await findApi().list('/api/notifications', { episode, channel, status }, limit);
  return showList({ items, columns: LISTED, none: 'nobody was told of anything', json: json === true }, terminal);
}
