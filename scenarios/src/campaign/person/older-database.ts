import { BUILT_SERVICES } from '@tocsin/contracts';
import type { Round } from './scene.ts';

/**
 * PostgreSQL is restored from an older copy, all of it. The lanes hold facts that nobody knows any more, so nobody may go
 * on. The person decides that the house goes back to the moment of the copy; since readers may have heard some of those
 * facts again while they ran, the copy is restored once more, and the lanes are repaired before anybody starts.
 */
export const olderDatabase: Round = {
  kind: 'older-database',
  async play(scene) {
    const { house } = scene;
    await house.copyPostgres();
    await scene.flow('ingestion', 20);
    await house.services.stopAll();
    await house.restorePostgres();
    await house.services.startAll();
    await scene.expectHalt('ingestion', 'ingestion');
    await scene.expectHalt('analysis', 'analysis');
    await house.services.stopAll();
    await house.restorePostgres();
    for (const service of BUILT_SERVICES) await scene.repair(service, '--truncate-after-journal');
    await house.services.startAll();
  },
};
