import { join } from 'node:path';
import type { Round } from './scene.ts';

/** An hour that is surely old enough to leave the journal. */
const AGO = '30 hours';

type Partition = { readonly at: string; readonly until: string; readonly name: string };

/** The stream is restored from a copy that ends before what the journal still keeps: only the archive knows the rest. */
export const olderThanJournal: Round = {
  kind: 'older-than-journal',
  async play(scene) {
    const { house } = scene;
    const copies = join(house.directory, 'old');
    await house.killNats();
    house.files.copyTo(copies, 'ingestion');
    await house.startNats();
    await scene.flow('ingestion', 20);
    await house.services.stop('ingestion');
    await age(scene);
    house.services.start('ingestion'); // It archives what is old before it does anything else.
    await scene.flow('ingestion', 20);
    const [kept] = await scene.query<{ archived: number }>('ingestion', 'SELECT count(*) AS archived FROM archived');
    if (kept?.archived === 0) throw new Error('the old hours of the journal are archived');
    await house.killNats();
    house.files.restoreFrom(copies, 'ingestion');
    await house.startNats();
    await scene.expectHalt('ingestion', 'ingestion');
    await scene.repair('ingestion');
  },
};

/** Makes all that the journal keeps older by a day and more. */
async function age(scene: Parameters<Round['play']>[0]): Promise<void> {
  const partitions = await scene.query<Partition>(
    'ingestion',
    `SELECT DISTINCT to_char(hour, 'YYYY-MM-DD HH24:00:00"Z"') AS at, to_char(hour + interval '1 hour', 'YYYY-MM-DD HH24:00:00"Z"') AS until,
            to_char(hour, '"journal_"YYYYMMDDHH24') AS name
     FROM (SELECT date_trunc('hour', inserted_at AT TIME ZONE 'UTC' - interval '${AGO}') AS hour FROM journal) AS hours`,
  );
  for (const { name, at, until } of partitions)
    await scene.query(
      'ingestion',
      `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF journal FOR VALUES FROM ('${at}') TO ('${until}')`,
    );
  await scene.query('ingestion', `UPDATE journal SET inserted_at = inserted_at - interval '${AGO}'`);
}
