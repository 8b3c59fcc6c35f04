import { setTimeout as pause } from 'node:timers/promises';
import { Module, type DynamicModule } from '@nestjs/common';
import { EVENT_LOG_WIRING, EventLog, EventLogModule, type Wiring } from '@tocsin/event-log';
import { House } from '@tocsin/testkit';
import { ObserverRounds } from '../src/inbound/observers/observer-rounds.ts';
import { openObservers } from '../src/outbound/observers/open-observers.ts';
import { Reach } from '../src/inbound/watching/reach.ts';
import { provider } from '../src/provider.entity.ts';
import { schema } from '../src/schema.ts';
import { series } from '../src/series.entity.ts';
import { ProviderServer } from './provider-server.ts';

const GIVE_UP_AFTER_MS = 30_000;
const KEY = 's3cret-key';

/** The rounds alone, on the wall clock, with a provider on this machine. */
@Module({})
class WorldModule {
  static for({ PROVIDER_URL }: { readonly PROVIDER_URL: string }): DynamicModule {
    const access = { url: PROVIDER_URL, key: KEY, keySince: null, requestsPerMinute: 1_000, requestsPerDay: null };
    return {
      module: WorldModule,
      imports: [EventLogModule.forService({ service: 'ingestion', hears: [], entities: [series, provider] })],
      providers: [
        {
          provide: ObserverRounds,
          inject: [EventLog, EVENT_LOG_WIRING],
          useFactory: (eventLog: EventLog, { log, watchdog }: Wiring) =>
            new ObserverRounds({
              eventLog,
              observers: openObservers(
                [{ provider: 'fred', series: 'UNRATE', everyMs: 86_400_000 }],
                new Map([['fred', access]]),
                () => undefined,
              ),
              reach: new Reach((line) => {
                log.warn({}, line);
              }),
              log,
              beat: watchdog.watch('observers'),
            }),
        },
      ],
    };
  }
}

const row = (date: string, value: string, from: string): object => ({
  realtime_start: from,
  realtime_end: '9999-12-31',
  date,
  value,
});
const answer = (...observations: readonly object[]) => ({ body: { count: observations.length, observations } });

/** Real nats-server, real PostgreSQL, and a provider that answers over HTTP. */
describe('from a provider of the world to the lane', () => {
  let server: ProviderServer;
  let house: House;
  beforeAll(async () => {
    server = await ProviderServer.open();
    server.willAnswer(
      { status: 503, headers: { 'retry-after': '1' } },
      answer(row('2026-09-01', '4.2', '2026-10-02'), row('2026-10-01', '.', '2026-11-06')),
    );
    house = await House.open({
      plan: { service: 'ingestion', module: (config) => WorldModule.for(config) },
      config: { PROVIDER_URL: server.url },
      schema,
      hears: [],
      clock: 'wall',
    });
  });
  afterAll(async () => {
    await house.close();
    await server.close();
  });

  /** Waits until so many requests came since the last that were taken, and what came of them is on the lane. */
  async function asked(count: number) {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    const requests: ReturnType<ProviderServer['takeRequests']>[number][] = [];
    while (requests.length < count) {
      if (performance.now() > giveUpAt) throw new Error(`the provider was not asked ${count} times`);
      await pause(20);
      requests.push(...server.takeRequests());
    }
    return requests;
  }
  async function said(count: number): Promise<readonly unknown[]> {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    for (;;) {
      await house.quiet();
      const facts = await house.facts();
      if (facts.length >= count) {
        return facts.map(({ type, data }) => [
          type,
          'observedOn' in data && [data.observedOn, data.value, data.vintageOn],
        ]);
      }
      if (performance.now() > giveUpAt) throw new Error(`only ${facts.length} facts were said`);
      await pause(20);
    }
  }

  const first = [
    ['MacroObserved', ['2026-09-01', '4.2', '2026-10-02']],
    ['MacroObserved', ['2026-10-01', null, '2026-11-06']],
  ];

  it('says each value once, also when the provider was away at first', async () => {
    expect(await asked(2)).toMatchObject([{}, { query: { series_id: 'UNRATE', api_key: KEY } }]);
    expect(await said(2)).toEqual(first);
  });

  it('asks after a restart only for what is new, and says nothing again', async () => {
    await house.stop();
    server.willAnswer(answer(row('2026-09-01', '4.2', '2026-11-05'), row('2026-10-01', '.', '2026-11-06')));
    await house.start();
    expect(await asked(1)).toMatchObject([{ query: { realtime_start: '2026-11-05' } }]);
    await house.stop();
    server.willAnswer(answer(row('2026-10-01', '.', '2026-11-06'), row('2026-10-01', '4.1', '2026-11-20')));
    await house.start();
    await asked(1);
    expect(await said(3)).toEqual([...first, ['MacroObserved', ['2026-10-01', '4.1', '2026-11-20']]]);
  });
});
