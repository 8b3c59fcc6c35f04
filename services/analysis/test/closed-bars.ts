import type { BarClosed, BarRevised } from '@tocsin/contracts';
import { decimalOf, pairOf, plusMs, type Instant } from '@tocsin/domain-kit';
import type { AnalyseBar } from '../src/domain/analysis.ts';
import type { BarWindow, PriceBar } from '../src/domain/bar-window.ts';

type BarData = BarClosed['data'];

/** How long after its close the made-up feed delivers a day bar. */
const LATENCY_MS = 300_000;

/** The day bar of the S&P 500 as ingestion says it: a session of six and a half hours, delivered after its close. */
export function closedBar(bar: PriceBar, difference: Partial<BarData> = {}): BarData {
  const closeAt = plusMs(bar.openAt, 6.5 * 3_600_000);
  const deliveredAt = plusMs(closeAt, LATENCY_MS);
  const price = (value: number) => decimalOf(value, 6);
  return {
    pair: pairOf('SPX', '1d'),
    symbol: 'SPX',
    timeframe: '1d',
    provider: 'recorded',
    simulated: false,
    openAt: bar.openAt,
    closeAt,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
    volume: bar.volume,
    volumeKind: bar.volumeKind,
    revision: 0,
    backfill: false,
    freshness: { colour: 'GREEN', ratio: 0, schedulable: true, evaluatedAt: deliveredAt, marketState: 'CLOSED' },
    receivedAt: deliveredAt,
    ...difference,
  };
}

/** The same bar told otherwise: nothing is judged by it. */
export function revisedBar(bar: PriceBar): BarRevised['data'] {
  const { pair, symbol, timeframe, provider, simulated, openAt, closeAt, ...told } = closedBar(bar);
  const { open, high, low, close, volume, volumeKind, receivedAt } = told;
  return {
    ...{ pair, symbol, timeframe, provider, simulated, openAt, closeAt },
    ...{ open, high, low, close, volume, volumeKind, revision: 1, receivedAt },
  };
}

/** When the fact of every made-up bar was written down. */
export const BAR_RECORDED_AT = '2026-03-02T09:30:00.412Z' as Instant;

/** Asks for the analysis of the newest bar of `window`, on the moment of its delivery. */
export function analyse(
  window: BarWindow,
  bar: Partial<BarData> = {},
  difference: Partial<AnalyseBar['data']> = {},
): AnalyseBar {
  const newest = window.at(-1);
  if (newest === undefined) throw new RangeError('an empty window has no bar to analyse');
  const said = closedBar(newest, bar);
  const now = said.receivedAt;
  return {
    type: 'AnalyseBar',
    data: {
      bar: said,
      barRecordedAt: BAR_RECORDED_AT,
      window,
      model: null,
      regimeModel: null,
      mlWeight: 0.3,
      events: [],
      now,
      ...difference,
    },
  };
}
