import { plusMs } from '@tocsin/domain-kit';
import type { EventLog } from '../src/index.ts';
import { dawn, Ground, tick } from './ground.ts';
import { openTally, RING_AFTER_MS, tally, type Tally } from './tally.ts';
import { until } from './until.ts';

/** A tally that remembers more than the one before: when it was last spoken of. It cannot decide without that. */
type Later = Tally & { readonly spokenOfAt: string | null };

const later: typeof tally = {
  ...tally,
  version: 2,
  decider: {
    initialState: (): Later => ({ ...tally.decider.initialState(), spokenOfAt: null }),
    decide(command, state) {
      if (!('spokenOfAt' in state)) throw new TypeError('this is the state of an earlier version');
      return tally.decider.decide(command, state);
    },
    evolve: (state, event): Later => ({ ...tally.decider.evolve(state, event), spokenOfAt: event.data.at }),
  },
};

const minute = (number: number) => plusMs(dawn, number * 60_000);

/** Real nats-server, real PostgreSQL: a service of a newer version on what an older one left. */
describe('entities that were stored by another version', () => {
  let ground: Ground;
  let speaker: EventLog;
  let tallying: EventLog;
  beforeEach(async () => {
    ground = await Ground.open();
    speaker = await ground.speaker();
    tallying = await openTally(ground);
  });
  afterEach(() => ground.close());

  const database = () => ground.database('escalation');
  const heard = (position: number) =>
    until(`position ${position} is heard`, () =>
      tallying.health().consumer.lanes.some((lane) => lane.position >= position),
    );
  const entity = async (key: string): Promise<{ version: number; state: unknown } | undefined> => {
    const { rows } = await database().query<{ version: number; state: unknown }>(
      'SELECT version, state FROM entity WHERE key = $1',
      [key],
    );
    return rows[0];
  };
  const timers = async () =>
    (await database().query('SELECT key, due_at, fired FROM timer ORDER BY key')).rows as readonly unknown[];
  const reopen = async (type: typeof tally): Promise<void> => {
    await tallying.close();
    tallying = await openTally(ground, 'escalation-0', type);
  };

  it('are folded anew from the lane before anything is decided on them', async () => {
    await speaker.perform([tick(1, 'a'), tick(2, 'b'), tick(3, 'a')]);
    await heard(3);
    expect((await entity('service-a'))?.state).toEqual({ count: 2, ringAt: minute(8), rings: 0 });

    await reopen(later);
    await until('they are folded', async () => 'spokenOfAt' in ((await entity('service-a'))?.state as object));
    expect(await entity('service-a')).toEqual({
      version: 2,
      state: { count: 2, ringAt: minute(8), rings: 0, spokenOfAt: minute(3) },
    });
    await speaker.perform([tick(4, 'a')]);
    await heard(4);
    expect(await entity('service-a')).toMatchObject({ version: 3, state: { count: 3, spokenOfAt: minute(4) } });
    expect(tallying.health().consumer.steps.failedDecisions).toBe(0);
  });

  it('keep their deadlines: one that has passed does not pass again, one that is to come does', async () => {
    await speaker.perform([tick(1, 'a'), tick(2, 'b'), tick(7, 'c')]);
    await heard(3);
    await until('both have rung', async () => ((await entity('service-b'))?.state as Tally).rings === 1);
    const before = await timers();
    await reopen(later);
    await until('they are folded', async () => 'spokenOfAt' in ((await entity('service-b'))?.state as object));
    expect(await timers()).toEqual(before);
    expect((await entity('service-a'))?.state).toMatchObject({ rings: 1, ringAt: null });

    await speaker.perform([{ ...tick(12, 'd'), time: plusMs(minute(7), RING_AFTER_MS) }]);
    await until('the third rings', async () => ((await entity('service-c'))?.state as Tally).rings === 1);
  });

  it('are left alone once they are of the version that runs, and go back with an older one', async () => {
    await speaker.perform([tick(1, 'a')]);
    await heard(1);
    await reopen(later);
    await until('they are folded', async () => 'spokenOfAt' in ((await entity('service-a'))?.state as object));
    await database().query(`UPDATE entity SET state = state || '{"mark": true}'`);
    await reopen(later);
    await until('it works', () => tallying.tenure !== null);
    expect((await entity('service-a'))?.state).toMatchObject({ mark: true });
    await reopen(tally);
    await until('it works', () => tallying.tenure !== null);
    expect((await entity('service-a'))?.state).toEqual({ count: 1, ringAt: minute(6), rings: 0 });
  });

  it('are folded with what the log does not hold yet', async () => {
    await speaker.perform([tick(1, 'a')]);
    await heard(1);
    await tallying.close();
    // As if the relay had not come to it: the log may hold these, but nobody knows.
    await database().query('UPDATE lane SET published = 0');
    tallying = await openTally(ground, 'escalation-0', later);
    await until('it works', () => tallying.tenure !== null);
    expect(await entity('service-a')).toMatchObject({ version: 1, state: { count: 1, spokenOfAt: minute(1) } });
  });

  it('are not touched when the lane does not lead to them, and nothing is decided', async () => {
    await speaker.perform([tick(1, 'a')]);
    await heard(1);
    await tallying.close();
    await database().query('UPDATE entity SET version = 7');
    tallying = await openTally(ground, 'escalation-0', later);
    const isToldWhy = () => /the lane does not lead to them: .*service-a is stored at 7, folds to 1/;
    await until('it says why', () => isToldWhy().test(tallying.health().consumer.waitingFor ?? ''));
    await speaker.perform([tick(2, 'a')]);
    expect(tallying.tenure).toBeNull();
    expect(await entity('service-a')).toMatchObject({ version: 7, state: { count: 1 } });
  });
});
