/** One way of doing the work that is measured. */
export type Way = {
  readonly name: string;
  readonly kind: 'limit' | 'ours' | 'peer';
  /** What one run handles; a rate is this by the seconds. */
  readonly events: number;
  /**
   * Does the work once, and checks what came out of it. Returns the seconds that the work itself took, without what was
   * prepared or checked around it.
   * @throws {WrongResult} when count or order are not what they must be.
   */
  readonly run: () => Promise<number>;
};

/** What a median must reach: a rate of its own, or a share of another way's in the same round. */
export type Goal = { readonly way: string; readonly atLeast: number; readonly than: string | null };

/** The ways of doing one thing, ready to be run in turns. */
export type Measurement = {
  readonly title: string;
  /** What the rates count, such as `events/s`. */
  readonly unit: string;
  readonly ways: readonly Way[];
  readonly goals: readonly Goal[];
  /** What a reader must know to read the figures; shown under the table. */
  readonly note?: string;
  readonly close: () => Promise<void>;
};

/** The work was done, and its result is wrong: its speed is worth nothing. */
export class WrongResult extends Error {
  override readonly name = 'WrongResult';
}

export type MeasuredWay = {
  readonly name: string;
  readonly kind: Way['kind'];
  /** The median of the rounds. */
  readonly perSecond: number;
  readonly rounds: readonly number[];
};

export type MeasuredGoal = Goal & { readonly got: number; readonly isMet: boolean };

export type Measured = {
  readonly title: string;
  readonly unit: string;
  readonly note: string | null;
  readonly ways: readonly MeasuredWay[];
  readonly goals: readonly MeasuredGoal[];
  /** Runs whose count or order was wrong, or that failed. */
  readonly failures: readonly string[];
};

/**
 * Runs all ways in turns, each once a round, and begins every round with another one, so that no way has the quiet
 * moments of the machine to itself. Ratios are those within a round: rates of two rounds are not compared.
 */
export async function measure({ title, unit, ways, goals, note }: Measurement, rounds: number): Promise<Measured> {
  const rates = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const failures: string[] = [];
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < ways.length; turn += 1) {
      const way = ways[(round + turn) % ways.length];
      if (way === undefined) continue;
      try {
        rates.get(way.name)?.push(way.events / (await way.run()));
      } catch (error) {
        rates.get(way.name)?.push(Number.NaN);
        failures.push(`${way.name}, round ${round + 1}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  const ratesOf = (name: string): readonly number[] => rates.get(name) ?? [];
  return {
    title,
    unit,
    note: note ?? null,
    ways: ways.map(({ name, kind }) => ({ name, kind, perSecond: median(ratesOf(name)), rounds: ratesOf(name) })),
    goals: goals.map((goal) => judge(goal, ratesOf)),
    failures,
  };
}

function judge(goal: Goal, ratesOf: (name: string) => readonly number[]): MeasuredGoal {
  const { way, than, atLeast } = goal;
  const others = than === null ? null : ratesOf(than);
  const got = median(
    ratesOf(way).map((rate, round) => (others === null ? rate : rate / (others[round] ?? Number.NaN))),
  );
  return { ...goal, got, isMet: got >= atLeast };
}

/** The middle of what was measured; failed rounds do not count, and are told apart. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? Number.NaN : (lower + upper) / 2;
}

/** Returns the seconds that `work` takes. */
export async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

export function expectCount(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new WrongResult(`${what}: ${actual} instead of ${expected}`);
}
