import { decodeEvent } from '@tocsin/contracts';
import { acknowledgement } from '../../simulation/story.ts';
import { poisoned } from '../../test/tally.ts';
import { TwinGround, tickAt, type TwinProcess } from '../../test/twin-ground.ts';

/** Each of these was a seed of the simulator once: what a process believes after something went wrong in its middle. */
describe('a consumer', () => {
  let ground: TwinGround;
  let speaker: TwinProcess;
  beforeEach(() => {
    poisoned.clear();
    ground = new TwinGround();
    speaker = ground.openSpeaker();
    speaker.relay.start();
    speaker.consumer.start();
  });
  afterEach(() => {
    poisoned.clear();
  });

  /** Ticks of clocks, each at its minute, are on the speaker's lane when this returns. */
  const say = async (...ticks: readonly (readonly [minute: number, clock: string])[]): Promise<readonly string[]> => {
    const told = await ground.settled(speaker.consumer.perform(ticks.map(([minute, clock]) => tickAt(minute, clock))));
    await ground.until('the log holds them', () => ground.logged === ground.speaker.lane.position);
    return told.flatMap(({ facts }) => facts.map((fact) => ('id' in fact ? String(fact.id) : '')));
  };
  const hears = () => ground.until('everything is heard', () => ground.heard === ground.logged);
  const listens = (listener: TwinProcess) => {
    listener.consumer.start();
    return hears();
  };

  it('hears after all when it took the lease and then could not read where it stands', async () => {
    await say([1, 'north'], [2, 'north']);
    const listener = ground.openListener();
    listener.database.next('open checkpoints', 'lost');
    await listens(listener);
    expect(listener.database.left('open checkpoints')).toBe(0);
    expect(ground.tallyOf('north')?.count).toBe(2);
  });

  it('goes on exactly once after a commit whose answer was lost', async () => {
    const listener = ground.openListener();
    await say([1, 'north']);
    await listens(listener);

    listener.database.next('COMMIT', 'unanswered');
    await say([2, 'north']);
    await ground.until('the answer is lost', () => listener.database.left('COMMIT') === 0);
    await say([3, 'north'], [4, 'north']);
    await hears();
    expect(ground.tallyOf('north')?.count).toBe(4);
  });

  it('knows what it has parked after a commit whose answer was lost, and lets the deadlines of that key wait', async () => {
    const first = ground.openListener('escalation-0');
    await say([1, 'north']);
    await listens(first);
    first.database.die();

    for (const id of await say([2, 'north'])) poisoned.add(id);
    const second = ground.openListener('escalation-1');
    second.database.next('COMMIT', 'unanswered');
    await listens(second);
    expect(second.database.left('COMMIT')).toBe(0);
    expect(ground.listener.parked).toHaveLength(1);

    await say([30, 'south'], [31, 'north']);
    await hears();
    expect(ground.tallyOf('north')).toMatchObject({ count: 1, rings: 0 });
    expect(ground.tallyOf('south')?.count).toBe(1);
    expect(ground.listener.parked.map(({ position }) => position)).toEqual([2, 4]);
  });

  it('does not let a deadline pass early because a transaction conflicted and was done again', async () => {
    const first = ground.openListener('escalation-0');
    await say([1, 'north']);
    await listens(first);
    first.database.die();

    // The tally of the north rings at minute 6, unless the tick of minute 4 is heard before: then at minute 9.
    await say([4, 'north'], [8, 'south']);
    const second = ground.openListener('escalation-1');
    second.database.next('write step', 'conflict');
    await listens(second);
    expect(second.database.left('write step')).toBe(0);
    expect(ground.tallyOf('north')).toMatchObject({ count: 2, rings: 0 });
  });

  it("goes on from the last step's time, though it was started long before that step", async () => {
    const [first, successor] = [ground.openListener('escalation-0'), ground.openListener('escalation-1')];
    await say([1, 'south']);
    await listens(first);
    successor.consumer.start();
    await ground.pass(1_000);
    await say([20, 'south']);
    await hears();
    first.database.die();

    // Minute 3 comes late: it is 20 past, and what waits five minutes from then on has waited long enough.
    await say([3, 'echo']);
    await hears();
    expect(successor.consumer.isHolder).toBe(true);
    expect(ground.tallyOf('echo')).toMatchObject({ count: 1, rings: 1 });
  });

  it('rests after a step that failed, though there is something to hear all the time', async () => {
    await say([1, 'north'], [2, 'north']);
    const listener = ground.openListener();
    listener.database.next('write step', 'lost', 100);
    listener.consumer.start();
    await ground.pass(5_000);
    expect(listener.database.left('write step')).toBeGreaterThan(85);
    expect(listener.database.left('write step')).toBeLessThan(95);
  });

  it('refuses a request that cannot be written down, and carries out the one behind it', async () => {
    await say([1, 'north']);
    const listener = ground.openListener();
    await listens(listener);
    await ground.until('nothing is left to be read', () => listener.consumer.health().commandTrouble === null);

    // Both come in one step, which fails; then each has a step of its own, and the first one's fails again.
    listener.database.next('write step', 'broken', 2);
    for (const number of [1, 2]) ground.server.publish(acknowledgement(number, 'service-north'));
    await ground.until('both have their outcome', () => ground.listener.handled.size === 2);

    expect(listener.database.left('write step')).toBe(0);
    const outcomes = ground.listener.journal
      .map(({ body }) => decodeEvent(body, { lane: 'LOG_ESCALATION', position: 1 }))
      .flatMap((event) => (event.type === 'CommandHandled' ? [[event.data.commandId, event.data.result]] : []));
    expect(outcomes).toEqual([
      ['request-1', 'refused'],
      ['request-2', 'done'],
    ]);
  });
});
