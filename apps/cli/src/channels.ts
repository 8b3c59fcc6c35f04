import type { Command } from 'commander';
import { bodyIn, type Body } from './api/api.ts';
import { showList, showOutcome } from './api/outcome.ts';
import { cellOf, fields } from './api/table.ts';
import type { CommandContext, Run } from './command-context.ts';
import { countOf } from './escalations.ts';
import { EXIT } from './exit-codes.ts';

type ListFlags = { readonly kind?: string; readonly limit: number; readonly json?: true };

const LISTED = [
  ...fields({ ID: 'id', KIND: 'kind', NAME: 'name', ENABLED: 'enabled', FROM: 'min_level', CHANGED: 'changed_at' }),
  ...fields({ BY: 'changed_by' }),
];

/** Adds what can be asked of the channels that people have set up. */
export function addChannels(program: Command, run: Run): void {
  const group = program.command('channels').description('by which people are told');
  group
    .command('list')
    .description('the channels that somebody has set up, without their secrets')
    .option('--kind <kind>', 'webhook, email, slack, discord, pagerduty, ntfy or alertmanager')
    .option('--limit <count>', 'how many at most', countOf, 50)
    .option('--json', 'one object a line, for programs')
    .action((flags: ListFlags) => run((context) => list(flags, context)));
  group
    .command('test <id>')
    .description('send a message that says that it is a test, and tell whether it arrived')
    .option('--json', 'one object, for programs')
    .action((id: string, { json }: { json?: true }) => run((context) => test(id, json === true, context)));
}

async function list({ kind, limit, json }: ListFlags, { findApi, terminal }: CommandContext): Promise<number> {
  const items = await findApi().list('/api/channels', { kind }, limit);
  return showList({ items, columns: LISTED, none: 'nobody has set up a channel', json: json === true }, terminal);
}

/** A test that did not arrive has found a difference between what is set up and what is there. */
async function test(id: string, json: boolean, { findApi, terminal }: CommandContext): Promise<number> {
  const asked = await findApi().ask('POST', `/api/channels/${encodeURIComponent(id)}/test`, {});
  const sent = bodyIn(asked.body['delivery']);
  if (asked.isPending || sent['status'] === undefined)
    return showOutcome({ ...asked, isPending: true }, json, terminal);
  if (sent['attempts'] === 0 && sent['status'] === 'intended') {
    if (json) terminal.say(JSON.stringify(asked.body));
    terminal.tell(`${id}: not tried yet; notifications list --channel ${id} will tell`);
    return EXIT.unfinished;
  }
  const hasArrived = sent['status'] === 'delivered';
  if (json) terminal.say(JSON.stringify(asked.body));
  else terminal.say(hasArrived ? `${id}: it arrived${receiptIn(sent)}` : `${id}: it did not arrive: ${faultIn(sent)}`);
  return hasArrived ? EXIT.done : EXIT.differs;
}

const receiptIn = ({ receipt }: Body): string => (receipt === null ? '' : ` (${cellOf(receipt)})`);

const faultIn = (sent: Body): string => {
  const { status, error_code: code, error_message: message } = sent;
  return code === null ? cellOf(status) : `${cellOf(code)}, ${cellOf(message)}`;
};
