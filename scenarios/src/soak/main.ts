import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { forget, startPostgres } from '@tocsin/local-servers';
import { verifyStack } from '@tocsin/tools/verify';
import { RunningHouse } from '../running-house.ts';
import { factsOf, named, progressOf } from './day.ts';
import { brokenRules } from './ingestion-rules.ts';
import { brokenLadder } from './ladder-rules.ts';
import { growth, sampleOf, type Sample } from './memory.ts';

/** What the day of ingestion's simulated soak has; it is written in its `soak.ts`. */
const PLAN = { pairs: 20, minutes: 1_440, outages: 3 };

const INSTANTS_PER_SECOND = 400;
const LIMIT_MS = 10 * 60_000;
const SAMPLE_EVERY_MS = 5_000;
const HEAP_MB = 128;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const seed = /^--seed=(\d+)$/.exec(process.argv[2] ?? '--seed=1')?.[1];
if (seed === undefined) {
  process.stderr.write('npm run soak -- --seed=N plays the day of that number.\n');
  process.exit(2);
}
const directory = mkdtempSync(join(tmpdir(), 'tocsin-soak-'));
const postgres = await startPostgres({ dir: directory });
// On a small heap what is not needed must be collected, and what leaks ends its process: both show within minutes.
const NODE_OPTIONS = `--max-old-space-size=${HEAP_MB}`;
Object.assign(process.env, { DATABASE_URL: postgres.url, HISTORY: 'soak', SOAK_SEED: seed, NODE_OPTIONS });
try {
  const house = await RunningHouse.open(INSTANTS_PER_SECOND);
  try {
    const report = await soak(house);
    for (const finding of report.findings) say(`VIOLATED: ${finding}`);
    say(JSON.stringify(report));
    process.exitCode = report.ok ? 0 : 1;
  } finally {
    await house.close();
  }
} finally {
  await postgres.stop();
  forget(directory);
}

/** Lives through the day, waits until everything is heard, and holds what was said against the rules. */
async function soak(house: RunningHouse) {
  const startedMs = performance.now();
  const before = pidsOf(house);
  const samples = await liveThrough(house);
  const daySeconds = Math.round((performance.now() - startedMs) / 1_000);
  await house.until('everything is heard and cleared', () => isHeard(house), 180_000);
  const isOneLife = pidsOf(house) === before;
  await house.stop();

  const ingestion = await factsOf(house.databaseUrl, 'ingestion');
  const escalation = await factsOf(house.databaseUrl, 'escalation');
  const stack = await verifyStack(house.natsUrl, house.databaseUrl);
  const arrivals = house.arrivals('webhook');
  const memory = growth(samples);
  const findings = [
    ...brokenRules(ingestion, PLAN),
    ...brokenLadder(escalation),
    ...stack.findings,
    ...memory.findings,
    ...(isOneLife ? [] : ['a process ended on the way and was started again']),
    ...(new Set(arrivals).size === arrivals.length ? [] : ['a notification arrived twice']),
  ];
  const count = (name: Parameters<typeof named>[1]): number => named(ingestion, name).length;
  return {
    ok: findings.length === 0,
    seed: Number(seed),
    daySeconds,
    events: stack.events,
    rows: stack.rows,
    bars: count('BarClosed'),
    failedAttempts: count('AttemptFailed'),
    putAside: count('BarQuarantined'),
    gapsFilled: count('GapFilled'),
    breakersOpened: count('BreakerOpened'),
    switches: count('FeedSwitched'),
    outages: count('OutageOpened'),
    episodesRaised: named(escalation, 'EpisodeRaised').length,
    delivered: arrivals.length,
    memoryMB: memory.memoryMB,
    findings,
  };
}

function pidsOf({ processes }: RunningHouse): string {
  return processes.map(({ pid }) => pid).join();
}

/** Returns what the processes held meanwhile, once the history of every pair has come to its end. */
async function liveThrough(house: RunningHouse): Promise<readonly Sample[]> {
  say(`A day of ${PLAN.pairs} pairs by the minute begins.`);
  const giveUpAt = performance.now() + LIMIT_MS;
  const samples: Sample[] = [];
  for (;;) {
    samples.push(sampleOf(house.processes));
    const { time, ended } = await progressOf(house.databaseUrl);
    if (ended >= PLAN.pairs) return samples;
    if (performance.now() > giveUpAt) throw new Error(`the day did not end within ${LIMIT_MS} ms`);
    say(`${time || 'not begun'} ${JSON.stringify(samples.at(-1))}`);
    await pause(SAMPLE_EVERY_MS);
  }
}

/** The last hour of the day was calm: no episode is open any more. */
async function isHeard(house: RunningHouse): Promise<boolean> {
  const open = await house.ask<{ readonly items: readonly unknown[] }>('/api/escalations?status=open&limit=1');
  return open.items.length === 0;
}
