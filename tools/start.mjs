import './start/node-version.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NoNatsServer, ServerDidNotStart } from '../libs/local-servers/src/index.mjs';
import { printMemory, printWelcome } from './start/words.mjs';
import { planHouse, SERVICES, SINKS } from './start/house.mjs';
import { startInfra } from './start/infra.mjs';
import { build, install } from './start/install.mjs';
import { portsFrom } from './start/ports.mjs';
import { dropRunFile, readRun, takeRunFile, writeRun } from './start/run-file.mjs';
import { CannotStart, say, stopwatch } from './start/say.mjs';
import { smoke } from './start/smoke.mjs';
import { Supervisor } from './start/supervisor.mjs';

const PORT = 8080;
const OPEN_WITHIN_MS = 60_000;

/** Why a run ends when a person or a supervisor of ours wants it to. */
const ASKED_TO_STOP = Symbol('asked to stop');

const USAGE = `npm start                 starts everything and shows where to look
npm start -- --smoke      runs until the first results can be queried, prints them as JSON, and ends
npm start -- --memory     tells what the processes of a running Tocsin use, in megabytes`;

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => !['--smoke', '--memory'].includes(flag));
if (unknown.length > 0 || flags.length > 1) {
  console.error(`${unknown.length > 0 ? `There is no ${unknown.join(', ')}.` : 'One thing at a time.'}\n\n${USAGE}`);
  process.exit(2);
}

try {
  if (flags[0] === '--memory') tellMemory();
  else process.exitCode = await run({ isSmoke: flags[0] === '--smoke' });
} catch (error) {
  const isForPeople =
    error instanceof CannotStart || error instanceof NoNatsServer || error instanceof ServerDidNotStart;
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
  const closing = [dropRunFile];
  let result = null;
  try {
    const [infra, infraSeconds] = await watch.measure(() => startInfra(say));
    closing.push(() => Promise.all([infra.nats.stop(), infra.postgres.stop()]));
    stopping.signal.throwIfAborted();

    const takePort = portsFrom(Number(process.env.TOCSIN_PORT ?? PORT));
    const house = await planHouse({ natsUrl: infra.nats.url, databaseUrl: infra.postgres.url, takePort });
    const supervisor = new Supervisor({
      say,
      onHopeless: (why) => stopping.abort(new CannotStart(why, 78)),
      onSpawn: () => writeDown(),
    });
    const processes = () => [...supervisor.processes, ...infra.processes];
    const [{ url: api }] = house.services;
    const { url: sinks } = house.sinks;
    const writeDown = () =>
      writeRun({ api, sinks, nats: infra.nats.url, database: infra.postgres.url, processes: processes() });
    closing.push(() => supervisor.stop(SERVICES).then(() => supervisor.stop([SINKS])));
    const [, servicesSeconds] = await watch.measure(async () => {
      for (const plan of [house.sinks, ...house.services]) supervisor.start(plan);
      await opened(house.services, stopping.signal);
    });

    const seconds = { install: installSeconds, infra: infraSeconds, services: servicesSeconds };
    if (!isSmoke) {
      printWelcome({ house, infra, seconds: watch.sinceStart() });
      await untilStopped(stopping.signal);
    } else {
      result = await smoke({ house, infra, seconds, watch, signal: stopping.signal });
      printMemory(processes());
    }
  } catch (error) {
    if (error !== ASKED_TO_STOP) throw error;
  } finally {
    for (const close of closing.reverse()) await close();
  }
  if (result === null) return isSmoke ? 1 : 0;
  say(JSON.stringify(result));
  return result.ok ? 0 : 1;
}

/** A start is over when every service answers; each opens its HTTP only once it has its place on the log. */
async function opened(services, signal) {
  const until = performance.now() + OPEN_WITHIN_MS;
  for (const { name, url } of services) {
    while (!(await answers(`${url}/healthz`))) {
      signal.throwIfAborted();
      if (performance.now() > until) throw new CannotStart(`${name} did not open within ${OPEN_WITHIN_MS / 1_000} s.`);
      await sleep(50);
    }
  }
}

async function answers(url) {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
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
  const run = readRun();
  if (!run?.processes) throw new CannotStart('Nothing runs on this data folder.');
  printMemory(run.processes);
}
