import type { Round } from './scene.ts';

const MISSED = 40;

/** One bit of a stored message flips, and a reader that was away comes to it. */
export const flippedBit: Round = {
  kind: 'flipped-bit',
  async play(scene) {
    const { house } = scene;
    await house.services.stop('query');
    const { position } = await scene.lane('ingestion');
    await scene.flow('ingestion', MISSED);
    const [flipped] = await scene.query<{ event_id: string }>(
      'ingestion',
      'SELECT event_id FROM journal WHERE position = $1',
      [position + MISSED / 2],
    );
    if (flipped === undefined) throw new Error('the journal keeps what was just said');
    await house.killNats();
    house.files.flipBit('ingestion', flipped.event_id);
    await house.startNats();
    house.services.start('query');
    await scene.expectHalt('query', 'ingestion');
    await scene.repair('ingestion');
  },
};
