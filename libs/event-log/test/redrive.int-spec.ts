import { decodeEvent, type AnyEvent, type Recorded, type RedriveParked } from '@tocsin/contracts';
import { plusMs } from '@tocsin/domain-kit';
import type { EventLog, RequestOutcome } from '../src/index.ts';
import { askerSchemas, openAsker } from './asker.ts';
import { dawn, Ground, tick } from './ground.ts';
import { garbled, openTally, poisoned, RING_AFTER_MS, type Tally } from './tally.ts';
import { until } from './until.ts';

const OUTCOME_WITHIN_MS = 10_000;
const minute = (number: number) => plusMs(dawn, number * 60_000);

/** Real nats-server, real PostgreSQL: what was parked is applied after what was wrong has been mended. */
describe('a key that is parked', () => {
  let ground: Ground;
  let speaker: EventLog;
  let tallying: EventLog;
  let asker: EventLog;
  beforeEach(async () => {
    ground = await Ground.open(askerSchemas);
    speaker = await ground.speaker();
    asker = await openAsker(ground);
  });
  afterEach(async () => {
    poisoned.clear();
    garbled.clear();
    await ground.close();
  });

  /** Ticks of clock `a` at minutes 1, 2, 4 and 5, of which one may be broken, and of clock `b` around them. */
  const hearTicks = async (broken: ReadonlySet<string>, ...positions: readonly number[]): Promise<void> => {
    const ticks = [tick(1, 'a'), tick(2, 'a'), tick(3, 'b'), tick(4, 'a'), tick(5, 'a'), tick(30, 'b')];
    await speaker.perform(ticks);
    await until('all ticks are out', async () => (await ground.lane('ingestion')).length === ticks.length);
    const lane = await ground.lane('ingestion');
    for (const position of positions) (broken as Set<string>).add(lane[position - 1]?.id ?? '');
    tallying = await openTally(ground);
    await heard(ticks.length);
  };
  const heard = (position: number) =>
    until(`position ${position} is heard`, () =>
      tallying.health().consumer.lanes.some((lane) => lane.position >= position),
    );
  const redrive = async (more: Partial<RedriveParked['data']> = {}): Promise<RequestOutcome | null> => {
    const data = { entity: 'episode', key: 'service-a', reason: 'It is mended.', rehearse: false, ...more };
    const { request } = await asker.ask({
      command: { type: 'RedriveParked', data },
      service: 'escalation',
      actor: 'person:dana',
      key: null,
      validForMs: 60_000,
    });
    return (await asker.outcomeOf(request.id, OUTCOME_WITHIN_MS))?.outcome ?? null;
  };
  const said = async (): Promise<readonly Recorded<AnyEvent>[]> => {
    const { rows } = await ground
      .database('escalation')
      .query<{ body: Buffer }>('SELECT body FROM journal ORDER BY position NULLS LAST, insert_id');
    return rows.map(({ body }, index) => decodeEvent(body, { lane: 'LOG_ESCALATION', position: index + 1 }));
  };
  const countsOfA = async () =>
    (await said()).flatMap((fact) =>
      fact.type === 'VerdictCounted' && fact.key === 'service-a' ? [[fact.data.good, fact.data.at]] : [],
    );
  const parked = async (): Promise<readonly (readonly [string, number])[]> => {
    const { rows } = await ground
      .database('escalation')
      .query<{ park_key: string; position: number }>('SELECT park_key, position FROM parked ORDER BY parked_number');
    return rows.map(({ park_key, position }) => [park_key, position]);
  };
  const entity = async (): Promise<{ version: number; state: Tally } | undefined> => {
    const { rows } = await ground
      .database('escalation')
      .query<{ version: number; state: Tally }>(`SELECT version, state FROM entity WHERE key = 'service-a'`);
    return rows[0];
  };

  it('goes on in order and exactly once when its decider is mended, and so does everything after it', async () => {
    await hearTicks(poisoned, 2);
    expect(await parked()).toEqual([2, 4, 5].map((position) => ['entity:episode/service-a', position]));
    poisoned.clear();

    const outcome = await redrive();
    const facts = await said();
    const redriven = facts.find(({ type }) => type === 'EventRedriven');
    expect(outcome).toMatchObject({ result: 'done', facts: [redriven?.id] });
    expect(redriven).toMatchObject({
      actor: 'person:dana',
      data: {
        ...{ entity: 'episode', key: 'service-a', applied: 3, left: 0, because: null, parkedKeys: 0 },
        ...{ by: 'person:dana', reason: 'It is mended.' },
      },
    });
    expect(await parked()).toEqual([]);
    expect(tallying.health().obstacles).toEqual([]);

    await speaker.perform([tick(31, 'a')]);
    await heard(7);
    const lastRing = plusMs(minute(5), RING_AFTER_MS);
    await until('the ring that waited has passed', async () => (await countsOfA()).length === 6);
    expect(await countsOfA()).toEqual([
      [1, minute(1)],
      [2, minute(2)],
      [3, minute(4)],
      [4, minute(5)],
      [4, lastRing],
      [5, minute(31)],
    ]);
    expect((await entity())?.state).toEqual({ count: 5, ringAt: plusMs(minute(31), RING_AFTER_MS), rings: 1 });
    const lane = await ground.lane('ingestion');
    const causes = (await said()).filter(({ type, key }) => type === 'VerdictCounted' && key === 'service-a');
    expect(causes.map(({ causationId }) => causationId).filter((id) => lane.some((tick) => tick.id === id))).toEqual(
      [1, 2, 4, 5, 7].map((position) => lane[position - 1]?.id),
    );
  });

  it('goes on when its controller is mended, a fact that was never translated being heard for the first time', async () => {
    await hearTicks(garbled, 2);
    const keys = (await said()).flatMap((fact) =>
      fact.type === 'EventParked' ? [[fact.data.entity, fact.data.key, fact.data.position]] : [],
    );
    expect(keys).toEqual([2, 4, 5].map((position) => ['clock', 'a', position]));
    garbled.clear();
    expect(await redrive({ entity: 'clock', key: 'a' })).toMatchObject({ result: 'done' });
    expect(await parked()).toEqual([]);
    // Its entity never stood still, so it had rung by itself, and rings again for what it has heard now.
    await until('it has rung again', async () => (await countsOfA()).length === 6);
    expect(await countsOfA()).toEqual([
      [1, minute(1)],
      [1, plusMs(minute(1), RING_AFTER_MS)],
      [2, minute(2)],
      [3, minute(4)],
      [4, minute(5)],
      [4, plusMs(minute(5), RING_AFTER_MS)],
    ]);
  });

  it('stays as it is while it still fails', async () => {
    await hearTicks(poisoned, 2);
    const before = (await said()).length;
    expect(await redrive()).toMatchObject({
      result: 'refused',
      refused: 'still-failing',
      because: expect.stringContaining('this tick cannot be counted') as unknown,
      facts: [],
    });
    expect((await said()).slice(before).map(({ type }) => type)).toEqual(['CommandHandled']);
    expect(await parked()).toHaveLength(3);
    expect(await countsOfA()).toEqual([[1, minute(1)]]);
  });

  it('goes as far as it can, and no further', async () => {
    await hearTicks(poisoned, 2, 5);
    poisoned.delete((await ground.lane('ingestion'))[1]?.id ?? '');
    expect(await redrive()).toMatchObject({ result: 'done' });
    expect((await said()).find(({ type }) => type === 'EventRedriven')?.data).toMatchObject({
      applied: 2,
      left: 1,
      because: expect.stringContaining('this tick cannot be counted') as unknown,
      parkedKeys: 1,
    });
    expect(await parked()).toEqual([['entity:episode/service-a', 5]]);
    // A fact that comes now waits behind the one that is left.
    await speaker.perform([tick(31, 'a')]);
    await heard(7);
    expect(await parked()).toHaveLength(2);

    poisoned.clear();
    expect(await redrive()).toMatchObject({ result: 'done' });
    await until('everything was counted', async () => (await entity())?.state.count === 5);
    expect(await parked()).toEqual([]);
  });

  it('may be rehearsed, which changes nothing', async () => {
    await hearTicks(poisoned, 2, 5);
    poisoned.delete((await ground.lane('ingestion'))[1]?.id ?? '');
    const before = await entity();
    expect(await redrive({ rehearse: true })).toMatchObject({
      result: 'unchanged',
      because: expect.stringMatching(
        /^2 of 3 parked messages can be applied\. The next one cannot: TypeError/,
      ) as unknown,
      facts: [],
    });
    expect(await parked()).toHaveLength(3);
    expect(await entity()).toEqual({ state: before?.state, version: (before?.version ?? 0) + 1 });
    expect((await said()).some(({ type }) => type === 'EventRedriven')).toBe(false);
  });

  it('is known after a restart, and its request is handled once though it is published again', async () => {
    await hearTicks(poisoned, 2);
    await tallying.close();
    poisoned.clear();
    tallying = await openTally(ground);
    expect(await redrive()).toMatchObject({ result: 'done' });
    await ground.database('query').query('UPDATE request SET outcome = NULL, next_publish_at = now()');
    const { manager } = await ground.manager();
    await manager.streams.delete('CMD_ESCALATION');
    await ground.setUp(askerSchemas);
    await until('it was published again', async () => {
      const { rows } = await ground.database('query').query('SELECT FROM request WHERE publishes > 1');
      return rows.length === 1;
    });
    expect(await redrive()).toMatchObject({ result: 'refused', refused: 'key-not-parked' });
    expect((await said()).filter(({ type }) => type === 'EventRedriven')).toHaveLength(1);
  });
});
