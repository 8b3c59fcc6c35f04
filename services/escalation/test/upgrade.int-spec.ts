import { setUp, type ServiceSchema } from '@tocsin/event-log';
import { House } from '@tocsin/testkit';
import { EscalationModule } from '../src/escalation.module.ts';
import { schema } from '../src/schema.ts';
import { breakerClosed, breakerOpened, feedAdded, pair, seenAt } from './facts.ts';

/** The tables as they were before breakers had a beginning. */
const before: ServiceSchema = { ...schema, migrations: schema.migrations.slice(0, 3) };

/** Real NATS, real PostgreSQL: a house that was set up by an older version, and holds what that version wrote. */
describe('the tables of an older version', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.open({
      plan: { service: 'escalation', module: (config) => EscalationModule.for(config) },
      config: { EXPECTED_SERVICES: 'ingestion' },
      schema: before,
      hears: ['ingestion', 'analysis', 'risk', 'governance', 'notification', 'query'],
    });
    await house.stop();
    await house
      .database()
      .query(`INSERT INTO pair_line (pair, profile, queue, watch) VALUES ($1, $2, $3, $4)`, [
        pair,
        JSON.stringify({ symbol: 'EURUSD', timeframe: '15m', provider: 'simulated', simulated: true }),
        JSON.stringify({ heardUpTo: null, waiting: [] }),
        JSON.stringify({ isWatched: true, provider: 'simulated', openBreakers: ['second', 'simulated'] }),
      ]);
    await house
      .database()
      .query(`INSERT INTO provider_record (provider, record) VALUES ('simulated', $1)`, [
        JSON.stringify({ simulated: true, outage: null, tripped: { answered: 1, failed: 9 } }),
      ]);
    const { natsUrl, databaseUrl, replicas } = house.wiring('set-up');
    await setUp({ natsUrl, databaseUrl, replicas, schemas: [schema], say: () => undefined });
    await house.start();
  });

  afterAll(() => house.close());

  const said = async (): Promise<readonly string[]> =>
    (await house.facts()).flatMap(({ type, data }) =>
      type === 'EpisodeRaised' ? [`${data.scope} ${data.to}`] : [type],
    );

  it('are read on: breakers that were open still are, until they are closed, and a provider is still in trouble', async () => {
    await house.say('ingestion', seenAt(0), feedAdded({ sources: ['simulated', 'second'].map(sourceOf) }));
    await house.quiet();
    // The provider was in trouble already, so what its pair comes to is told as its own.
    const begun = ['BreakerAwaited', 'pair-EURUSD-15m ERROR', 'provider-simulated ERROR'];
    expect(await said()).toEqual(begun);
    await house.say('ingestion', seenAt(1), breakerOpened('second', seenAt(1)), breakerClosed('simulated', seenAt(1)));
    await house.quiet();
    expect(await said()).toEqual([...begun, 'BreakerAwaited']);
  });

  it('are read on: what was wrong with a provider is over when it is said to be', async () => {
    await house.say('ingestion', seenAt(2), {
      type: 'ProviderRestored',
      data: { provider: 'simulated', at: seenAt(2) },
    });
    await house.quiet();
    const { rows } = await house.database().query('SELECT record FROM provider_record');
    expect(rows).toMatchObject([{ record: { tripped: null, trouble: null, simulated: true } }]);
  });
});

const sourceOf = (provider: string) => ({ provider, symbol: 'EURUSD' });
