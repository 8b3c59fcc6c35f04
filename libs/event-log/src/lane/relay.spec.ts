import { streamOf } from '@tocsin/contracts';
import { TwinGround, tickAt } from '../../test/twin-ground.ts';

const LANE = streamOf('ingestion');
/** A relay looks at least this often, and on hearing of a new connection at once. */
const LOOK_MS = 6_000;
const AT_ONCE_MS = 1_000;

describe('a relay', () => {
  let ground: TwinGround;
  beforeEach(() => {
    ground = new TwinGround();
  });

  const publishing = async () => {
    const process = ground.openSpeaker();
    process.relay.start();
    process.consumer.start();
    await ground.settled(process.consumer.perform([tickAt(1, 'north'), tickAt(2, 'north')]));
    await ground.until('both are recorded', () => ground.speaker.lane.published === 2);
    return process;
  };

  it('notices that its stream was made anew while it was connected and had nothing to say', async () => {
    await publishing();
    ground.server.remove(LANE);
    ground.server.add(LANE);
    await ground.until('the log is as it was', () => ground.logged === 2, LOOK_MS);
  });

  it('is not deceived by a log that loses its tail while it is being aligned with', async () => {
    const { streams, connection } = await publishing();
    streams.next('message', 'held');
    connection.reconnect();
    await ground.until('the head was read', () => streams.isHolding('message'));

    ground.server.stream(LANE)?.loseTail(0);
    connection.disconnect();
    connection.reconnect();
    streams.letGo('message');
    await ground.until('the log is as it was', () => ground.logged === 2, AT_ONCE_MS);
  });

  it('does not call the log ahead of its journal because a successor goes on while it is being aligned with', async () => {
    const { relay, consumer, database, connection } = await publishing();
    database.next('read lane', 'held');
    connection.reconnect();
    await ground.until('it reads where the lane stands', () => database.isHolding('read lane'));

    const successor = ground.openSpeaker('ingestion-1');
    successor.relay.start();
    await ground.until('the successor works', () => successor.relay.health().isHolder);
    await ground.settled(consumer.perform([tickAt(3, 'north')]));
    await ground.until('the log has gone on', () => ground.logged === 3);
    database.letGo('read lane');
    await ground.pass(LOOK_MS);
    expect(ground.words).not.toContain('the lane is halted');
    expect(relay.health().halt).toBeNull();
  });
});
