import { simulate, type SeedResult } from './simulate.ts';

const USAGE = `npm run simulate -- --seeds N          plays N stories, each from a seed of its own
npm run simulate -- --seed S           plays one story again, and shows what its processes said
  --from S          begins with seed S
  --until-failure   ends with the first seed that breaks a promise`;

const WORDS_SHOWN = 60;

type Asked = {
  readonly from: number;
  readonly count: number;
  readonly isOne: boolean;
  readonly isUntilFailure: boolean;
};

/** Reads `--seeds N [--from S]` or `--seed S`. */
function readArguments(words: readonly string[]): Asked | null {
  const valueOf = (name: string): number | null => {
    const index = words.indexOf(name);
    const value = Number(words[index + 1]);
    return index === -1 ? null : Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
  };
  const [seeds, seed, from] = [valueOf('--seeds'), valueOf('--seed'), valueOf('--from')];
  if ([seeds, seed, from].some((value) => Number.isNaN(value)) || (seeds === null && seed === null)) return null;
  const isUntilFailure = words.includes('--until-failure');
  return seed === null
    ? { from: from ?? 1, count: seeds ?? 1, isOne: false, isUntilFailure }
    : { from: seed, count: 1, isOne: true, isUntilFailure };
}

const asked = readArguments(process.argv.slice(2));
if (asked === null) {
  console.error(USAGE);
  process.exit(2);
}

const startedAt = performance.now();
const failures: SeedResult[] = [];
const faults = new Map<string, number>();
const reached = new Map<string, number>();
const add = (sums: Map<string, number>, counts: ReadonlyMap<string, number>): void => {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
};
const byName = (sums: ReadonlyMap<string, number>) =>
  Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
const recoveriesMs: number[] = [];
let events = 0;
for (let seed = asked.from; seed < asked.from + asked.count; seed += 1) {
  const result = await simulate(seed);
  events += result.events;
  add(faults, result.faults);
  add(reached, result.reached);
  if (result.violation === null) {
    recoveriesMs.push(result.recoveryMs);
    continue;
  }
  failures.push(result);
  console.error(`seed ${seed}: ${result.violation}\n  again: npm run simulate -- --seed ${seed}`);
  if (asked.isOne) for (const word of result.words.slice(-WORDS_SHOWN)) console.error(`  ${word}`);
  if (asked.isUntilFailure) break;
}

recoveriesMs.sort((a, b) => a - b);
const quantile = (share: number): number =>
  Math.round(recoveriesMs[Math.min(recoveriesMs.length - 1, Math.floor(share * recoveriesMs.length))] ?? 0);
console.log(
  JSON.stringify({
    ok: failures.length === 0,
    seeds: asked.count,
    failed: failures.map(({ seed }) => seed),
    faults: byName(faults),
    reached: byName(reached),
    events,
    recoveryVirtualMs: { p50: quantile(0.5), max: quantile(1) },
    seconds: Number(((performance.now() - startedAt) / 1_000).toFixed(1)),
  }),
);
process.exitCode = failures.length === 0 ? 0 : 1;
