import { POLICY_DEFAULTS, type EpisodeRaised, type Level, type SimulationCompleted } from '@tocsin/contracts';
import { instant, plusMs } from '@tocsin/domain-kit';
import { Wire, type House } from '@tocsin/testkit';
import { openNotificationHouse } from './notification-house.ts';

const opened = instant('2014-05-06T10:00:00Z');
const HOUR_MS = 3_600_000;
const { routing } = POLICY_DEFAULTS;

/** Real PostgreSQL and NATS: what escalation said once is played before people with another policy. */
describe('a simulation of another policy', () => {
  let service: House;
  let wire: Wire;
  beforeAll(async () => {
    service = await openNotificationHouse();
    wire = await Wire.to(service);
  });
  afterAll(async () => {
    await wire.close();
    await service.close();
  });

  const raised = (name: string, to: Level, afterMs: number): EpisodeRaised => ({
    type: 'EpisodeRaised',
    data: {
      scope: `pair-${name}-15m`,
      scopeKind: 'pair',
      episodeId: `e-${name}`,
      openedAt: opened,
      simulated: true,
      from: 'INFO',
      to,
      cause: 'A bar could not be fetched.',
      causeEventIds: [],
      reopenOf: null,
      at: plusMs(opened, afterMs),
    },
  });
  const said = async (type: string, simulationId: string) =>
    (await service.facts()).find(
      (fact) => fact.type === type && Reflect.get(fact.data, 'simulationId') === simulationId,
    );
  /** Something breaks, and time goes on for a quarter of an hour. */
  const tell = async (name: string, to: Level, afterMs: number): Promise<void> => {
    const now = plusMs(opened, afterMs + HOUR_MS / 4);
    await service.say('escalation', plusMs(opened, afterMs), raised(name, to, afterMs));
    await service.quiet();
    await service.say('ingestion', now, { type: 'ClockAdvanced', data: { clock: 'virtual', now, because: 'a test' } });
    await service.until('somebody was told', async () => (await service.said()).at(-1) === 'DeliverySucceeded');
  };
  const ask = (simulationId: string, policy: typeof routing): Promise<string> =>
    wire.ask({
      type: 'RequestSimulation',
      data: {
        simulationId,
        tenant: 'shared',
        policy: { ...policy },
        quietHours: null,
        from: opened,
        to: plusMs(opened, 12 * HOUR_MS),
      },
    });

  it('says what it would have sent beside what was sent, and sends nothing', async () => {
    await tell('A', 'CRITICAL', 0);
    await tell('B', 'WARN', HOUR_MS / 2);
    await tell('B', 'ERROR', HOUR_MS);
    const intendedBefore = (await service.said()).filter((type) => type === 'DeliveryIntended').length;

    const routes = { ...routing.routes, WARN: ['slack'] } as const;
    await ask('quieter', { ...routing, routes: { ...routes, WARN: ['slack'] }, repeats: {} });
    await service.until('it is answered', async () => (await said('SimulationCompleted', 'quieter')) !== undefined);
    const { data } = (await said('SimulationCompleted', 'quieter')) as unknown as SimulationCompleted;

    expect(data).toMatchObject({ tenant: 'shared', episodes: 2, neverTold: 0, simulated: 2 });
    expect(data.letters.map(({ title, at }) => [title, at])).toEqual([
      ['CRITICAL: A-15m (simulated)', opened],
      ['ERROR: B-15m (simulated)', expect.any(String)],
    ]);
    const warned = data.counts.find(({ level }) => level === 'WARN');
    expect(warned).toMatchObject({ channelId: 'ops-log', kind: 'escalation', simulated: 0, sent: 1 });
    await service.quiet();
    expect((await service.said()).filter((type) => type === 'DeliveryIntended')).toHaveLength(intendedBefore);
  });

  it('is refused with the places where its policy is not as it must be', async () => {
    const grouping = { ...routing.grouping, waitMs: -1 };
    const id = await ask('broken', { ...routing, grouping });
    const outcome = async () =>
      (await service.facts()).find((fact) => fact.type === 'CommandHandled' && fact.data.commandId === id);
    await service.until('it is handled', async () => (await outcome()) !== undefined);
    expect((await outcome())?.data).toMatchObject({
      result: 'refused',
      refused: 'policy-invalid',
      because: expect.stringMatching(/\/grouping\/waitMs must be >= 0/) as string,
    });
  });
});
