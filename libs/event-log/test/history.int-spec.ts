import type { AnyEvent, Recorded } from '@tocsin/contracts';
import { speak } from './broken-lane.ts';
import { Ground } from './ground.ts';

/** Real nats-server, real PostgreSQL: what was said is read again by whoever wants to know. */
describe('the history of a lane', () => {
  let ground: Ground;
  beforeEach(async () => {
    ground = await Ground.open();
  });
  afterEach(() => ground.close());

  it('is everything that was said, in its order, and reading it says nothing', async () => {
    await speak(ground, 1_200);
    const reader = await ground.speaker();
    const read: Recorded<AnyEvent>[] = [];
    for await (const batch of reader.history('ingestion')) read.push(...batch);

    expect(read.map(({ position }) => position)).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 1));
    expect(new Set(read.map(({ type }) => type))).toEqual(new Set(['ClockAdvanced']));
    const again: unknown[] = [];
    for await (const batch of reader.history('ingestion')) again.push(...batch);
    expect(again).toEqual(read);
  });

  it('is empty where nothing was said', async () => {
    const reader = await ground.speaker();
    for await (const batch of reader.history('escalation')) throw new Error(`${batch.length} facts out of nothing`);
  });
});
