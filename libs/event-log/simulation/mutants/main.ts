import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

/** Where the compiled library is; a mutant is a copy of it beside it, so that it finds the same packages. */
const DIST = resolve(import.meta.dirname, '../..');
const NURSERY = join(DIST, 'mutants');
const SEEDS_MAX = 4_000;
const PARTS = ['src', 'test', 'simulation'] as const;

/** What became of one mutant: at which seed it was caught and by which promise. */
type Fate = { readonly mutant: string; readonly caughtAt: number | null; readonly because: string };

function breed({ name, edits }: Mutant): string {
  const home = join(NURSERY, name.replaceAll(/[^a-z]+/g, '-'));
  mkdirSync(home, { recursive: true });
  for (const part of PARTS) cpSync(join(DIST, part), join(home, part), { recursive: true });
  for (const { file, find, replace } of edits) {
    const path = join(home, 'src', file);
    const [before, after, ...others] = readFileSync(path, 'utf8').split(find);
    if (before === undefined || after === undefined || others.length > 0)
      throw new Error(`mutant '${name}' fits ${file} no longer: what it replaces does not stand there exactly once`);
    writeFileSync(path, before + replace + after);
  }
  return home;
}

function hunt(mutant: Mutant): Fate {
  const home = breed(mutant);
  const script = join(home, 'simulation/main.js');
  const { status, stderr } = spawnSync(process.execPath, [script, '--seeds', String(SEEDS_MAX), '--until-failure'], {
    encoding: 'utf8',
  });
  const [, seed, because = ''] = /^seed (\d+): (.*)$/m.exec(stderr) ?? [];
  // Anything but a violation that the simulator names, such as a mutant that does not run, proves nothing.
  if (status === 1 && seed !== undefined) return { mutant: mutant.name, caughtAt: Number(seed), because };
  return { mutant: mutant.name, caughtAt: null, because: status === 0 ? 'no seed noticed it' : stderr.slice(-500) };
}

rmSync(NURSERY, { recursive: true, force: true });
const fates = MUTANTS.map((mutant) => {
  const fate = hunt(mutant);
  const verdict = fate.caughtAt === null ? 'SURVIVED' : `seed ${fate.caughtAt}`;
  console.error(`${verdict.padEnd(10)} ${fate.mutant}: ${fate.because}`);
  return fate;
});
rmSync(NURSERY, { recursive: true, force: true });
const survivors = fates.filter(({ caughtAt }) => caughtAt === null).map(({ mutant }) => mutant);
console.log(JSON.stringify({ ok: survivors.length === 0, mutants: fates.length, survivors }));
process.exitCode = survivors.length === 0 ? 0 : 1;
