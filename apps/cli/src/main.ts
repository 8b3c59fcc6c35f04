import { runCli } from './run-cli.ts';
import { ownTerminal } from './terminal.ts';

process.exitCode = await runCli(process.argv.slice(2), process.env, ownTerminal());
