import './start/node-version.mjs';
import { NoNatsServer, ServerDidNotStart } from '../libs/local-servers/src/index.mjs';
import { build, install } from './start/install.mjs';
import { openHouse } from './start/open-house.mjs';
import { dropRunFile, readRun, takeRunFile } from './start/run-file.mjs';
import { CannotStart, say, stopwatch } from './start/say.mjs';
import { smoke } from './start/smoke.mjs';
import { verify } from './start/verify.mjs';
import { printMemory, printWelcome } from './start/words.mjs';

const PORT = 8080;

/** Why a run ends when a person wants it to. */
const ASKED_TO_STOP = Symbol('asked to stop');

const USAGE = `npm start                 starts everything and shows where to look
npm start -- --live       watches the feeds of tocsin.config.json on the wall clock, Kraken's BTC and ETH without one
npm start -- --smoke      runs until the first results can be queried, prints them as JSON, and ends
npm start -- --memory     tells what the processes of a running Tocsin use, in megabytes`;

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => !['--live', '--smoke', '--memory'].includes(flag));
if (unknown.length > 0 || flags.length > 1) {
  console.error(`${unknown.length > 0 ? `There is no ${unknown.join(', ')}.` : 'One thing at a time.'}\n\n${USAGE}`);
  process.exit(2);
}

try {
  if (flags[0] === '--memory') tellMemory();
  else process.exitCode = await run({ isSmoke: flags[0] === '--smoke' });
} catch (error) {
  const isForPeople = [CannotStart, NoNatsServer, ServerDidNotStart].some((kind) => error instanceof kind);
  console.error(isForPeople ? error.message : error);
  process.exitCode = error.exitCode ?? 1;
}

/** Starts everything, and returns the exit code once everything has ended again. */
async function run({ isSmoke }) {
  const watch = stopwatch();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort(ASKED_TO_STOP));

  const [, installSeconds] = await watch.measure(async () => {
    await install(say);
    await build(say);
  });
  await takeRunFile();
  try {
    const port = Number(process.env.TOCSIN_PORT ?? PORT);
    const { house, seconds, processes, stopServices, close } = await openHouse({ port, watch, stopping, say });
    try {
      if (!isSmoke) {
        printWelcome(house, watch.sinceStart());
        return await untilStopped(stopping.signal);
      }
      const phases = { install: installSeconds, ...seconds };
      const result = await smoke({ house, seconds: phases, watch, signal: stopping.signal });
      printMemory(processes());
      await stopServices();
      const isConsistent = await verify(house, say);
      await close();
      say(JSON.stringify({ ...result, ok: result.ok && isConsistent }));
      return result.ok && isConsistent ? 0 : 1;
    } finally {
      await close();
    }
  } catch (error) {
    if (error !== ASKED_TO_STOP) throw error;
    return isSmoke ? 1 : 0;
  } finally {
    dropRunFile();
  }
}

/** Rejects with the reason, once there is one. */
function untilStopped(signal) {
  return new Promise((_resolve, reject) => {
    const end = () => {
      if (signal.reason === ASKED_TO_STOP) say('\nStopping: every service finishes what it is doing …');
      reject(signal.reason);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

function tellMemory() {
  const running = readRun();
  if (!running?.processes) throw new CannotStart('Nothing runs on this data folder.');
  printMemory(running.processes);
}
