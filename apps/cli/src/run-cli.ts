import { resolve } from 'node:path';
import { SERVICES, streamOf, type ServiceName } from '@tocsin/contracts';
import { Unreachable } from '@tocsin/domain-kit';
import { isTransient, RepairRefused, RepairUnfinished } from '@tocsin/event-log';
import { errors } from '@nats-io/transport-node';
import { EnvFault } from '@tocsin/service-kit/env';
import { explain } from '@tocsin/service-kit/explain';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ApiRefusal } from './api/api.ts';
import { findApi } from './api/find-api.ts';
import type { CommandContext, Run } from './command-context.ts';
import { env } from './config.ts';
import { addChannels } from './channels.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addEscalations } from './escalations.ts';
import { EXIT } from './exit-codes.ts';
import { logExport } from './log/export.ts';
import { logRepair } from './log/repair.ts';
import { logVerify } from './log/verify.ts';
import { addNotifications } from './notifications.ts';
import { progressLine } from './progress-line.ts';
import { addSilences } from './silences.ts';
import { findStack } from './stack.ts';
import type { Terminal } from './terminal.ts';
import { UsageFault } from './usage-fault.ts';

/** Runs one command to its end and returns the exit code. */
export async function runCli(args: readonly string[], source: NodeJS.ProcessEnv, terminal: Terminal): Promise<number> {
  let code: number = EXIT.done;
  const run = async (work: (context: CommandContext) => Promise<number>): Promise<void> => {
    const read = env.read(source);
    const config = { ...read, TOCSIN_DATA: resolve(read.TOCSIN_DATA) };
    const progress = progressLine(terminal, () => performance.now());
    code = await work({
      terminal,
      config,
      progress,
      findStack: () => findStack(config),
      findApi: () => findApi(config),
    });
  };
  // npm runs scripts in the root of the workspace and says where it was called.
  const path = (file: string): string => resolve(source['INIT_CWD'] ?? process.cwd(), file);
  const isJson = args.includes('--json');
  try {
    await programOf(run, path, terminal).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return ended(error, isJson, terminal);
  }
}

function programOf(run: Run, path: (file: string) => string, terminal: Terminal): Command {
  const program = new Command('tocsin')
    .description('What an operator does to a Tocsin stack.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.say(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.tell(text.trimEnd());
      },
    });
  const log = program
    .command('log')
    .description('the lanes on which services say their facts')
    .addHelpText('after', `\nServices: ${SERVICES.join(', ')}. What exit codes mean: apps/cli/README.md.`);
  addVerify(log, run);
  addExport(log, run, path);
  addRepair(log, run, path);
  addEscalations(program, run);
  addSilences(program, run);
  addChannels(program, run);
  addDeadLetters(program, run);
  addNotifications(program, run, path);
  return program;
}

function addVerify(log: Command, run: Run): void {
  log
    .command('verify [service]')
    .description('hold a lane against its chain, its journal and archives, and those who hear it; only reads')
    .option('--all', 'every lane')
    .option('--from <position>', 'begin there; what stands before is taken for right', positionOf, 1)
    .option('--json', 'one object a line, for programs')
    .action((service: string | undefined, flags: { all?: true; from: number; json?: true }) =>
      run((context) => {
        if ((service === undefined) === (flags.all === undefined)) throw new UsageFault('name a service, or say --all');
        const meant = service === undefined ? 'all' : serviceOf(service);
        return logVerify({ service: meant, from: flags.from, json: flags.json === true }, context);
      }),
    );
}

function addExport(log: Command, run: Run, path: (file: string) => string): void {
  log
    .command('export <service>')
    .description('write a whole lane to one verified file, in the format of the archive; changes nothing')
    .requiredOption('--to <file>', 'where to; compressed JSON lines, such as ingestion.jsonl.gz')
    .option('--archive <file...>', 'further archives or exports to read from')
    .option('--json', 'one object, for programs')
    .action((service: string, flags: { to: string; archive?: readonly string[]; json?: true }) =>
      run((context) =>
        logExport(
          {
            service: serviceOf(service),
            file: path(flags.to),
            archives: (flags.archive ?? []).map(path),
            json: flags.json === true,
          },
          context,
        ),
      ),
    );
}

type RawRepairFlags = {
  readonly archive?: readonly string[];
  readonly dryRun?: true;
  readonly yes?: true;
  readonly reason?: string;
  readonly truncateAfterJournal?: true;
  readonly json?: true;
};

function addRepair(log: Command, run: Run, path: (file: string) => string): void {
  log
    .command('repair <service>')
    .description('make the stream of a lane again from its journal and archives; the services may run')
    .option('--archive <file...>', 'further archives or exports to read from')
    .option('--dry-run', 'say what would be done, and change nothing')
    .option('--yes', 'do it without asking')
    .option('--reason <text>', 'why; written down with the repair')
    .option('--truncate-after-journal', 'of a database that is an older copy: save and take out what it does not know')
    .option('--json', 'one object, for programs')
    .action((service: string, flags: RawRepairFlags) =>
      run((context) =>
        logRepair(
          {
            service: serviceOf(service),
            archives: (flags.archive ?? []).map(path),
            truncateAfterJournal: flags.truncateAfterJournal === true,
            isDry: flags.dryRun === true,
            isConfirmed: flags.yes === true,
            reason: flags.reason ?? null,
            json: flags.json === true,
          },
          context,
        ),
      ),
    );
}

/** A service by its name, or by that of its stream, which is what some messages show. */
function serviceOf(name: string): ServiceName {
  const service = SERVICES.find((each) => each === name || streamOf(each) === name);
  if (service !== undefined) return service;
  throw new UsageFault(`there is no service '${name}'; there are ${SERVICES.join(', ')}`);
}

function positionOf(text: string): number {
  const position = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(position) && position > 0) return position;
  throw new InvalidArgumentError('A position is a whole number from 1 on.');
}

/** Says why a command ended before its end, and with which code. */
function ended(error: unknown, isJson: boolean, terminal: Terminal): number {
  // Commander has said it already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const code = codeOf(error);
  const outcome = { [EXIT.usage]: 'usage', [EXIT.unreachable]: 'unreachable', [EXIT.refused]: 'refused' }[code];
  const remedy = error instanceof RepairRefused ? error.remedy : null;
  if (isJson) terminal.say(JSON.stringify({ outcome: outcome ?? 'failed', because: explain(error), remedy }));
  terminal.tell(`tocsin: ${explain(error)}`);
  if (remedy !== null) terminal.tell(`remedy: ${remedy}`);
  if (code === EXIT.bug && error instanceof Error) terminal.tell(error.stack ?? '');
  return code;
}

function codeOf(error: unknown): number {
  if (error instanceof UsageFault || error instanceof EnvFault) return EXIT.usage;
  if (error instanceof RepairRefused) return EXIT.refused;
  // A rule said no, or we may not; what is not as it must be, or not there, was typed wrongly.
  if (error instanceof ApiRefusal) return [403, 409].includes(error.problem.status) ? EXIT.refused : EXIT.usage;
  if (error instanceof RepairUnfinished) return EXIT.unfinished;
  return isUnreachable(error) ? EXIT.unreachable : EXIT.bug;
}

/** What node-postgres and the NATS client throw when the other side has gone in the middle of something. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof Unreachable ||
  isTransient(error) ||
  [
    errors.TimeoutError,
    errors.ConnectionError,
    errors.ClosedConnectionError,
    errors.NoRespondersError,
    errors.RequestError,
  ].some((kind) => error instanceof kind);
