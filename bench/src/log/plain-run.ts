import type { BarClosed, Recorded, RunStarted } from '@tocsin/contracts';
import { Hears, to, type EntityType } from '@tocsin/event-log';

export type StartRun = { readonly type: 'StartRun'; readonly data: RunStarted['data'] };

/** An analysis that begins and does nothing else: what a step costs without any domain in it. */
export const plainRun: EntityType<StartRun, RunStarted, { readonly runs: number }> = {
  type: 'analysis',
  decider: {
    initialState: () => ({ runs: 0 }),
    decide: ({ data }) => [{ type: 'RunStarted', data }],
    evolve: ({ runs }) => ({ runs: runs + 1 }),
  },
};

export const startOf = ({ data, recordedTime, time }: Recorded<BarClosed>): StartRun => ({
  type: 'StartRun',
  data: {
    runId: `${data.pair}-${data.openAt}`,
    pair: data.pair,
    symbol: data.symbol,
    timeframe: data.timeframe,
    barOpenAt: data.openAt,
    barCloseAt: data.closeAt,
    rulesVersion: 'rules-1',
    modelVersion: null,
    barRecordedAt: recordedTime,
    startedAt: time,
  },
});

/** Translates every bar into the one command that begins its analysis. */
export class PlainRunController {
  @Hears('BarClosed')
  onBarClosed(bar: Recorded<BarClosed>) {
    return [to(plainRun, bar.data.pair, startOf(bar))];
  }
}
