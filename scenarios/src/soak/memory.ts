import { readFileSync } from 'node:fs';

/** Megabytes that each process holds, shared pages counted in part. */
export type Sample = Readonly<Record<string, number>>;

/** How much more a process may hold in the last quarter of the day than in the second: caches fill, leaks grow. */
const GROWTH_MAX = 1.25;
const GROWTH_MB_MIN = 40;

/** Reads the share of each process by its name; one that has just gone is left out. */
export const sampleOf = (processes: readonly { readonly name: string; readonly pid: number }[]): Sample =>
  Object.fromEntries(processes.flatMap(({ name, pid }) => megabytesOf(pid).map((megabytes) => [name, megabytes])));

function megabytesOf(pid: number): readonly number[] {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kilobytes === undefined ? [] : [Math.round(Number(kilobytes) / 1_024)];
  } catch {
    return [];
  }
}

/** The median of each process in the second and in the last quarter of the samples, and which of them grew. */
export function growth(samples: readonly Sample[]): {
  readonly memoryMB: Readonly<Record<string, readonly [early: number, late: number]>>;
  readonly findings: readonly string[];
} {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const names = Object.keys(samples.at(-1) ?? {});
  const memoryMB = Object.fromEntries(
    names.map((name) => {
      const of = (part: readonly Sample[]): number => medianOf(part.flatMap((sample) => sample[name] ?? []));
      return [name, [of(samples.slice(quarter, 2 * quarter)), of(samples.slice(-quarter))] as const];
    }),
  );
  const findings = Object.entries(memoryMB).flatMap(([name, [early, late]]) =>
    late > early * GROWTH_MAX && late - early > GROWTH_MB_MIN ? [`${name} grew from ${early} to ${late} MB`] : [],
  );
  return { memoryMB, findings };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
