import type { Recovered } from './recovery/recovery.ts';

/** What a campaign did and found, as its last line says it. */
export type Report = {
  readonly ok: boolean;
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly chainBreaks: number;
  readonly rowsOff: number;
  /** How often a lane's stream had lost its newest messages. */
  readonly tailLosses: number;
  /** Events that were given to the log again because of that. */
  readonly republished: number;
  /** Lanes that stood still and named position and remedy, as they had to. */
  readonly halted: number;
  readonly repaired: number;
  readonly recoverySeconds: { readonly p50: number; readonly max: number };
  readonly unrecovered: number;
};

export function recoverySeconds(recovered: readonly Recovered[]): Report['recoverySeconds'] {
  const sorted = recovered.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** A table for people: each kind with how often it was done, and how long the house took to get over it. */
export function recoveryTable(recovered: readonly Recovered[]): string {
  const kinds = [...new Set(recovered.map(({ kind }) => kind))].sort();
  const lines = kinds.map((kind) => {
    const mine = recovered.filter((one) => one.kind === kind);
    const { p50, max } = recoverySeconds(mine);
    return `  ${kind.padEnd(34)}${String(mine.length).padStart(5)}${p50.toFixed(1).padStart(9)}${max.toFixed(1).padStart(9)}`;
  });
  return [`  ${'kind'.padEnd(34)}${'times'.padStart(5)}${'p50 s'.padStart(9)}${'max s'.padStart(9)}`, ...lines].join(
    '\n',
  );
}

/** What the relays wrote about tails that the log had lost. */
export function tailLossesIn(logLines: readonly string[]): {
  readonly tailLosses: number;
  readonly republished: number;
} {
  const losses = logLines
    .filter((line) => line.includes('the log had lost its tail'))
    .map((line) => (JSON.parse(line) as { readonly tailLost?: number }).tailLost ?? 0);
  return { tailLosses: losses.length, republished: losses.reduce((sum, lost) => sum + lost, 0) };
}

/** How often each kind was done. */
export function countByKind(kinds: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
