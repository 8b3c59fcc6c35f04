import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { METRICS, registerGauge, type Kit } from '@tocsin/service-kit';
import { ReadSide } from './read-side.ts';
import { sql } from './sql.ts';

/** How a breaker's state is a number: the higher, the worse. */
const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What feeds and providers come to. Labels are providers and timeframes, of which there are few; never pairs. */
@Injectable()
export class FeedMetrics implements OnModuleInit {
  constructor(
    @Inject(METRICS) private readonly registry: Kit['metrics'],
    private readonly readSide: ReadSide,
  ) {}

  onModuleInit(): void {
    registerGauge(this.registry, {
      name: 'tocsin_circuit_breaker_state',
      help: 'Of all calls to a provider: 0 closed, 1 trying again, 2 open.',
      labelNames: ['provider'],
      read: async (set) => {
        type State = { readonly name: string; readonly breaker: keyof typeof BREAKER_STATES };
        const rows = await this.readSide.rows<State>(sql`SELECT name, breaker FROM provider`);
        for (const { name, breaker } of rows) set({ provider: name }, BREAKER_STATES[breaker]);
      },
    });
    registerGauge(this.registry, {
      name: 'tocsin_last_bar_age_ratio',
      help: 'Bar lengths of market time since the newest bar, of the worst open pair, as of when it was judged last.',
      labelNames: ['timeframe'],
      read: async (set) => {
        const rows = await this.readSide.rows<{ readonly timeframe: string; readonly ratio: number }>(sql`
          SELECT timeframe, max(ratio) AS ratio FROM pair_status
          WHERE removed_at IS NULL AND paused_at IS NULL AND market_state = 'OPEN' AND ratio IS NOT NULL
          GROUP BY timeframe`);
        for (const { timeframe, ratio } of rows) set({ timeframe }, ratio);
      },
    });
  }
}
