import { join } from 'node:path';
import type { ServiceName } from '@tocsin/contracts';
import { repairLane, type RepairPlan } from '@tocsin/event-log';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { withLane, withLog } from '../stack.ts';
import { UsageFault } from '../usage-fault.ts';
import { outcomeInWords, outcomeOf, planInWords } from './repair-words.ts';

export type RepairFlags = {
  readonly service: ServiceName;
  readonly archives: readonly string[];
  readonly truncateAfterJournal: boolean;
  readonly isDry: boolean;
  readonly isConfirmed: boolean;
  readonly reason: string | null;
  readonly json: boolean;
};

/** Rebuilds a lane's stream from what is kept of it. */
export async function logRepair(flags: RepairFlags, context: CommandContext): Promise<number> {
  const { service, archives, truncateAfterJournal, reason, isDry, json } = flags;
  const { terminal, progress: onProgress, config } = context;
  const stack = context.findStack();
  const outcome = await withLog(stack, (nats) =>
    withLane(stack, nats, service, (access) =>
      repairLane({
        ...access,
        archives,
        truncateAfterJournal,
        reason,
        directory: join(config.TOCSIN_DATA, 'repair'),
        replicas: config.NATS_REPLICAS === '3' ? 3 : 1,
        confirm: (plan) => confirm(plan, flags, context),
        onProgress,
      }),
    ),
  );
  if (json) terminal.say(JSON.stringify(outcomeOf(outcome, isDry)));
  else for (const line of outcomeInWords(outcome, isDry)) terminal.say(line);
  return outcome.kind === 'declined' ? EXIT.differs : EXIT.done;
}

/** Shows what will be done, and asks for it where nobody has said yes before. */
async function confirm(plan: RepairPlan, flags: RepairFlags, { terminal }: CommandContext): Promise<boolean> {
  const { service, isDry, isConfirmed, json } = flags;
  for (const line of planInWords(plan)) {
    // A program reads one object at the end; a person reads what will happen before it does.
    if (json) terminal.tell(line);
    else terminal.say(line);
  }
  if (isDry) return false;
  if (isConfirmed) return true;
  const answer = await terminal.ask(`Type ${service} to repair its lane now: `);
  if (answer === null) throw new UsageFault('nobody is there to confirm it: say --yes, or --dry-run to only look');
  return answer.trim() === service;
}
