import { setTimeout as pause } from 'node:timers/promises';
import { cpuMsOf, megabytesOf } from '../process-costs.ts';
import { Desk } from './desk.ts';
import { raised } from './deliveries.ts';

/** What hearing of one more episode costs while so many are open, and what they cost while nothing happens. */
export type OpenEpisodes = {
  readonly open: number;
  readonly msPerEvent: number;
  readonly memoryMB: number;
  readonly restingCpuMsPerSecond: number;
};

const MEASURED = 1_000;
const STEPS = [0, 1_000, 10_000] as const;
const SETTLE_MS = 3_000;
const WATCHED_MS = 5_000;

/** Opens episode after episode, each told and waiting for its repeat, and measures at 0, 1,000 and 10,000 of them. */
export async function measureOpenEpisodes(): Promise<readonly OpenEpisodes[]> {
  const repeats = { ERROR: { everyMs: 14_400_000 } };
  const desk = await Desk.open({ repeats });
  const measured: OpenEpisodes[] = [];
  let open = 0;
  const raise = async (count: number): Promise<void> => {
    await desk.say(...Array.from({ length: count }, (_, index) => errorOf(open + index)));
    open += count;
    await desk.heard();
  };
  try {
    for (const step of STEPS) {
      if (open < step) await raise(step - open);
      await pause(SETTLE_MS);
      const before = cpuMsOf(desk.process);
      await pause(WATCHED_MS);
      const restingCpuMsPerSecond = Math.round((cpuMsOf(desk.process) - before) / (WATCHED_MS / 1_000));
      const startedMs = performance.now();
      await raise(MEASURED);
      const msPerEvent = Math.round(((performance.now() - startedMs) / MEASURED) * 100) / 100;
      measured.push({ open: step, msPerEvent, memoryMB: megabytesOf(desk.process), restingCpuMsPerSecond });
    }
    return measured;
  } finally {
    await desk.close();
  }
}

function errorOf(number: number) {
  const event = raised(number);
  return { ...event, data: { ...event.data, to: 'ERROR' } } as const;
}
