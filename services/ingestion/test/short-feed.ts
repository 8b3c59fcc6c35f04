import { instant, type Instant } from '@tocsin/domain-kit';
import { fx24x5 } from '../src/domain/calendars/fx-24x5.ts';
import type { HistoricFeed } from '../src/histories.ts';
import type { Incident } from '../src/outbound/providers/simulated/script.ts';
import { SimulatedProvider } from '../src/outbound/providers/simulated/simulated.provider.ts';
import { definition } from './feed-words.ts';

const at = (time: string): Instant => instant(`2001-03-19T${time}:00.000Z`);

const failure = { failureSource: 'provider', errorCode: 'PROVIDER_ERROR', message: 'no', retryAfterMs: null } as const;

const incidents: readonly Incident[] = [
  { kind: 'outage', closeAt: at('09:00'), bars: 2, failure },
  { kind: 'silence', closeAt: at('10:00'), bars: 2 },
  { kind: 'stutter', closeAt: at('10:45'), attempts: 2, failure },
  { kind: 'defect', closeAt: at('11:00'), defect: 'told-twice' },
  { kind: 'defect', closeAt: at('11:15'), defect: 'not-a-number' },
  { kind: 'garbage', closeAt: at('11:45'), attempts: 1, body: '<html></html>' },
];

/** Four hours of a simulated feed, after eight hours of history: sixteen bars, and a little of everything. */
export const shortFeed = (): HistoricFeed => ({
  definition,
  providers: [
    new SimulatedProvider({
      calendar: fx24x5,
      timeframe: '15m',
      backfillFrom: at('00:00'),
      beginAt: at('08:00'),
      endAt: at('12:00'),
      seed: 1,
      startPrice: 0.9,
      volatility: 0.001,
      digits: 5,
      incidents,
    }),
  ],
});
