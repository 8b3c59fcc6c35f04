import { existsSync } from 'node:fs';
import type { ServiceName } from '@tocsin/contracts';
import { exportLane } from '@tocsin/event-log';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, grouped } from '../progress-line.ts';
import { withLane, withLog } from '../stack.ts';
import { UsageFault } from '../usage-fault.ts';

export type ExportFlags = {
  readonly service: ServiceName;
  readonly file: string;
  readonly archives: readonly string[];
  readonly json: boolean;
};

/** Writes a whole lane to one file. */
export async function logExport(flags: ExportFlags, context: CommandContext): Promise<number> {
  const { service, file, archives, json } = flags;
  const { terminal, progress: onProgress } = context;
  if (existsSync(file)) throw new UsageFault(`${file} exists already; name a new file`);
  const stack = context.findStack();
  const result = await withLog(stack, (nats) =>
    withLane(stack, nats, service, (access) => exportLane({ ...access, file, archives, onProgress })),
  );
  if (json) terminal.say(JSON.stringify({ service, ...result }));
  else {
    terminal.say(`${service}: the whole lane, ${counted(result.events, 'event')}, is in ${file}`);
    terminal.say(`  chain     ${result.chain} at position ${grouped(result.last)}`);
    for (const note of result.notes) terminal.say(`  note      ${note}`);
  }
  return EXIT.done;
}
