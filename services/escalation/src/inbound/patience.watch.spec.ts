import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import type { Observation } from '@tocsin/event-log';
import { attemptFailed, barClosed, feedAdded, pair, recorded, seenAt } from '../../test/facts.ts';
import { pairLines, type OverdueLine, type PairLine } from './pair-line.model.ts';
import { PatienceWatch, type PatientLog } from './patience.watch.ts';

/** A line in which the first bar's run is not told, and every later bar has failed. */
const lineUpTo = (bar: number): OverdueLine => {
  const failed = Array.from({ length: bar - 1 }, (_, index) => index + 2);
  const facts = [
    recorded(feedAdded(), { id: 'feed' }),
    recorded(barClosed(1), { id: 'closed-1', time: seenAt(1) }),
    ...failed.map((number) => recorded(attemptFailed(number), { id: `failed-${number}`, time: seenAt(number) })),
  ];
  const line = facts.reduce<PairLine | undefined>((folded, fact) => pairLines.fold(folded, fact), undefined);
  if (line === undefined) throw new Error('a feed has a line');
  return { pair, profile: line.profile, watch: line.watch, queue: line.queue };
};

/** Looks once after another, at these moments and lines, and returns which facts were counted by each look. */
async function looks(...scenes: readonly { now: Instant; lines: readonly OverdueLine[]; isHolder?: boolean }[]) {
  let scene = scenes[0];
  const performed: Observation[][] = [];
  const log: PatientLog = {
    isHolder: () => scene?.isHolder ?? true,
    now: () => scene?.now ?? instant(0),
    sql: {
      query: <Row extends object>() => {
        const rows = scene?.lines ?? [];
        return Promise.resolve({ rows: [...rows] as object[] as Row[], rowCount: rows.length });
      },
    },
    perform: (observations) => {
      performed.at(-1)?.push(...observations);
      return Promise.resolve([]);
    },
  };
  const watch = new PatienceWatch(log);
  for (scene of scenes) {
    performed.push([]);
    await watch.look();
  }
  return performed.map((observations) =>
    observations.flatMap(({ intentions }) =>
      intentions.flatMap(({ command: { data } }) =>
        (data as { bars: readonly { causeEventIds: readonly string[] }[] }).bars.flatMap(
          ({ causeEventIds }) => causeEventIds,
        ),
      ),
    ),
  );
}

const C_MS = 900_000;

describe('the patience watch', () => {
  it('counts a bar when it is found overdue for the second time', async () => {
    const overdue = { now: plusMs(seenAt(2), C_MS), lines: [lineUpTo(2)] };
    expect(await looks(overdue, overdue)).toEqual([[], ['failed-2']]);
  });

  it('leaves a second to bars that history has made overdue in an instant', async () => {
    const early = { now: seenAt(4), lines: [lineUpTo(3)] };
    const later = { now: seenAt(9), lines: [lineUpTo(8)] };
    expect(await looks(early, later)).toEqual([[], ['failed-2', 'failed-3']]);
  });

  it('forgets what was resolved in between', async () => {
    const overdue = { now: plusMs(seenAt(2), C_MS), lines: [lineUpTo(2)] };
    expect(await looks(overdue, { ...overdue, lines: [] }, overdue)).toEqual([[], [], []]);
  });

  it('stays quiet while another instance does the work', async () => {
    const overdue = { now: plusMs(seenAt(2), C_MS), lines: [lineUpTo(2)], isHolder: false };
    expect(await looks(overdue, overdue)).toEqual([[], []]);
  });
});
