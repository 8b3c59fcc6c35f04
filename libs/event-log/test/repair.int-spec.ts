import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { NatsConnection } from '@nats-io/transport-node';
import { AckPolicy } from '@nats-io/jetstream';
import { streamOf } from '@tocsin/contracts';
import { startNats } from '@tocsin/local-servers';
import {
  exportLane,
  readArchive,
  repairLane,
  RepairRefused,
  RepairUnfinished,
  verifyLane,
  type Database,
  type EventLog,
  type RepairOutcome,
} from '../src/index.ts';
import { wallClock } from '../src/liveness/wall-clock.ts';
import { LaneHold } from '../src/repair/lane-hold.ts';
import { archiveAll, flipByteOnDisk, laneRow, rewriteStream, speak } from './broken-lane.ts';
import { Ground, tick } from './ground.ts';
import { openTally } from './tally.ts';
import { until } from './until.ts';

type Repairing = Parameters<typeof repairLane>[0];

/** Real nats-server, real PostgreSQL: how a stream becomes again what was decided, and when it must not. */
describe('a repair', () => {
  let ground: Ground;
  let database: Database;
  let nats: NatsConnection;
  beforeEach(async () => {
    ground = await Ground.open();
    database = ground.database('ingestion');
    ({ nats } = await ground.manager());
  });
  afterEach(() => ground.close());

  const options = (different: Partial<Repairing> = {}): Repairing => ({
    service: 'ingestion',
    nats,
    database,
    archives: [],
    directory: join(ground.dataDirectory, 'repair'),
    replicas: 1,
    truncateAfterJournal: false,
    reason: 'a test',
    confirm: () => Promise.resolve(true),
    ...different,
  });
  const repair = (different?: Partial<Repairing>): Promise<RepairOutcome> => repairLane(options(different));
  const refusal = async (different?: Partial<Repairing>): Promise<RepairRefused> => {
    try {
      await repair(different);
    } catch (error) {
      if (error instanceof RepairRefused) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };
  const difference = async () => (await verifyLane({ service: 'ingestion', nats, database })).difference;
  /** A line for each message: what differs is then readable. */
  const lane = async (): Promise<readonly string[]> =>
    (await ground.lane('ingestion')).map(
      ({ position, id, subject, chain, body }) =>
        `${position} ${id} ${subject} ${chain} ${Buffer.from(body).toString()}`,
    );
  const idOf = (line = ''): string => line.split(' ')[1] ?? 'none';
  const headers = async (position: number): Promise<Record<string, string>> => {
    const { manager } = await ground.manager();
    const message = await manager.streams.getMessage('LOG_INGESTION', { seq: position });
    return Object.fromEntries((message?.header.keys() ?? []).map((name) => [name, message?.header.get(name) ?? '']));
  };
  const hole = (at: number) => (messages: Parameters<Parameters<typeof rewriteStream>[2]>[0]) =>
    messages.map((message, index) => (index + 1 === at ? null : message));
  const isHeard = (log: EventLog, position: number) =>
    until(`${position} is heard`, () => log.health().consumer.lanes.some((each) => each.position === position));

  it('leaves a sound lane alone', async () => {
    await speak(ground, 10);
    expect(await repair()).toMatchObject({ kind: 'nothing', plan: { kind: 'nothing', found: [] } });
    expect((await database.query('SELECT 1 FROM repair')).rowCount).toBe(0);
  });

  it('fills a hole with the very message that was there, to the byte and the header', async () => {
    await speak(ground, 40);
    const before = await lane();
    const stamp = await headers(17);
    await rewriteStream(ground, 'ingestion', hole(17));
    expect(await difference()).toMatchObject({ position: 17, what: 'missing' });

    expect(await repair()).toMatchObject({ kind: 'repaired', saved: [], plan: { kind: 'rebuild' } });

    expect(await lane()).toEqual(before);
    expect(await headers(17)).toEqual(stamp);
    expect(await difference()).toBeNull();
    expect(await laneRow(database)).toMatchObject({ position: 40, published: 40, holder: null });
    const { manager } = await ground.manager();
    const { config } = await manager.streams.info('LOG_INGESTION');
    expect(config).toMatchObject({ deny_delete: true, deny_purge: true, allow_direct: true });
    const { rows } = await database.query('SELECT what, reason, ended_at IS NOT NULL AS ended FROM repair');
    expect(rows).toEqual([{ what: 'rebuild', reason: 'a test', ended: true }]);
  });

  it.each([1, 10, 20])(
    'takes a byte that changed on the disk, in message %d of 20, for what it is',
    async (position) => {
      await speak(ground, 20);
      const before = await lane();
      await flipByteOnDisk(ground, 'ingestion', idOf(before[position - 1]));
      ({ nats } = await ground.manager());
      expect(await difference()).toMatchObject({ position });

      expect(await repair()).toMatchObject({ kind: 'repaired' });
      expect(await lane()).toEqual(before);
    },
  );

  it('only says what it would do, until somebody confirms it', async () => {
    await speak(ground, 5);
    await rewriteStream(ground, 'ingestion', hole(2));
    const declined = await repair({ confirm: () => Promise.resolve(false) });
    expect(declined).toMatchObject({ kind: 'declined', plan: { kind: 'rebuild', head: 5, setAside: 0 } });
    expect(declined.plan.found).toEqual([expect.stringMatching(/^position 2: expected event .*; found nothing/)]);
    expect(await difference()).toMatchObject({ position: 2 });
  });

  it('appends what is missing at the end, without touching what is there', async () => {
    await speak(ground, 30);
    const before = await lane();
    await archiveAll(database, join(ground.dataDirectory, 'kept'));
    await rewriteStream(ground, 'ingestion', (messages) => messages.slice(0, 12));
    const { manager } = await ground.manager();
    const { created } = await manager.streams.info('LOG_INGESTION');

    expect(await repair()).toMatchObject({ kind: 'repaired', plan: { kind: 'append', after: 12 } });
    expect(await lane()).toEqual(before);
    expect((await manager.streams.info('LOG_INGESTION')).created).toBe(created);
  });

  it('fills an empty server from archive and journal', async () => {
    await speak(ground, 20);
    await archiveAll(database, join(ground.dataDirectory, 'kept'));
    await speak(ground, 10, 21);
    const before = await lane();
    const { manager } = await ground.manager();
    await manager.streams.delete('LOG_INGESTION');

    expect(await repair()).toMatchObject({ kind: 'repaired', plan: { kind: 'rebuild', onlyLogged: 0 } });
    expect(await lane()).toEqual(before);
  });

  it('works while the service runs and is halted, and everybody goes on by himself', async () => {
    const speaker = await ground.speaker();
    // On a machine with much to do the first may lose its lease to the second; which of them works does not matter.
    const tallies = [await openTally(ground), await openTally(ground, 'escalation-1')];
    const lanes = () => tallies.flatMap((log) => log.health().consumer.lanes);
    const isHeardByOne = (position: number) =>
      until(`${position} is heard`, () => lanes().some((lane) => lane.position === position));
    await speaker.perform([tick(1), tick(2)]);
    await isHeardByOne(2);
    await nats.request('evt.ingestion.shared.clock.virtual.advanced', 'a stranger');
    await speaker.perform([tick(3)]);
    await until('the lane halts', () => speaker.health().relay.halt !== null);
    await until('its reader halts', () => lanes().some(({ halt }) => halt !== null));

    const outcome = await repair();

    expect(outcome).toMatchObject({ kind: 'repaired', plan: { kind: 'rebuild', setAside: 1, head: 3 } });
    const aside = [];
    for await (const { position, body } of readArchive(outcome.saved[0] ?? '')) aside.push([position, body.toString()]);
    expect(aside).toEqual([[3, 'a stranger']]);
    await until('the relay goes on', () => speaker.health().relay.halt === null && speaker.health().relay.isHolder);
    await speaker.perform([tick(4)]);
    await isHeardByOne(4);
    expect([...tallies, speaker].flatMap((log) => log.health().obstacles)).toEqual([]);
    expect(lanes().flatMap(({ halt }) => (halt === null ? [] : [halt]))).toEqual([]);
    expect(await difference()).toBeNull();
  });

  it('takes a lane from a relay that works, which numbers nothing meanwhile', async () => {
    const speaker = await ground.speaker();
    await speaker.perform(Array.from({ length: 50 }, (_, index) => tick(index + 1)));
    await until('all is out', async () => (await laneRow(database)).published === 50);
    await rewriteStream(ground, 'ingestion', hole(20));

    let wasConfirmed = false;
    const repairing = repair({
      confirm: () => Promise.resolve(true),
      onProgress: ({ doing }) => {
        if (!doing.startsWith('publishing') || wasConfirmed) return;
        wasConfirmed = true;
        void speaker.perform([tick(51)]);
      },
    });
    expect(await repairing).toMatchObject({ kind: 'repaired', plan: { head: 50 } });
    expect(wasConfirmed).toBe(true);
    await until('the relay goes on', async () => (await laneRow(database)).published === 51);
    expect(await difference()).toBeNull();
  });

  it('saves what only the log still holds before it deletes it, and finds it again', async () => {
    await speak(ground, 30);
    const before = await lane();
    await database.query('DELETE FROM journal WHERE position BETWEEN 4 AND 11');
    await rewriteStream(ground, 'ingestion', hole(20));

    const outcome = await repair();
    expect(outcome).toMatchObject({ kind: 'repaired', plan: { onlyLogged: 8 } });
    expect(await lane()).toEqual(before);
    const { rows } = await database.query('SELECT file, events FROM archived');
    expect(rows).toEqual([{ file: outcome.saved[0], events: 8 }]);

    const { manager } = await ground.manager();
    await manager.streams.delete('LOG_INGESTION');
    expect(await repair()).toMatchObject({ kind: 'repaired', plan: { onlyLogged: 0 } });
    expect(await lane()).toEqual(before);
  });

  it('takes an export in the place of archives that are gone', async () => {
    await speak(ground, 25);
    const before = await lane();
    const file = join(ground.dataDirectory, 'export.jsonl.gz');
    await exportLane({ service: 'ingestion', nats, database, file, archives: [] });
    await archiveAll(database, join(ground.dataDirectory, 'kept'));
    await database.query(`UPDATE archived SET file = '/nowhere/hour.jsonl.gz'`);
    const { manager } = await ground.manager();
    await manager.streams.delete('LOG_INGESTION');

    const refused = await refusal();
    expect(refused.message).toMatch(/^position 1 and all after it are neither .*nowhere.hour.jsonl.gz cannot be read/);
    expect(refused.remedy).toContain('tocsin log repair ingestion --archive <file>');
    expect(await repair({ archives: [file] })).toMatchObject({ kind: 'repaired' });
    expect(await lane()).toEqual(before);
  });

  it('refuses a journal that contradicts its own chain, and a row that contradicts the journal', async () => {
    await speak(ground, 8);
    await rewriteStream(ground, 'ingestion', hole(2));
    await database.query(`UPDATE journal SET body = body || '\\x20'::bytea WHERE position = 5`);
    expect((await refusal()).message).toMatch(/^the journal contradicts its own chain at position 5.*the log holds/);

    await database.query(`UPDATE journal SET body = substring(body FROM 1 FOR length(body) - 1) WHERE position = 5`);
    await database.query(`UPDATE lane SET chain = '\\x00'`);
    expect((await refusal()).message).toMatch(/^the lane's row says that position 8 is event/);
    expect(await difference()).toMatchObject({ position: 2 });
  });

  it('prefers a file that follows the chain to one that was changed', async () => {
    await speak(ground, 8);
    const before = await lane();
    await archiveAll(database, join(ground.dataDirectory, 'kept'));
    const file = join(ground.dataDirectory, 'export.jsonl.gz');
    await exportLane({ service: 'ingestion', nats, database, file, archives: [] });
    const [hour = ''] = await readdir(join(ground.dataDirectory, 'kept'));
    const changed = join(ground.dataDirectory, 'kept', hour);
    const text = gunzipSync(await readFile(changed)).toString();
    await writeFile(changed, gzipSync(text.replace('"subject":"evt', '"subject":"flt')));
    await rewriteStream(ground, 'ingestion', () => []);

    expect((await refusal()).message).toContain(`${changed} contradicts its own chain at position 1`);
    const outcome = await repair({ archives: [file] });
    expect(outcome.kind).toBe('repaired');
    expect(await lane()).toEqual(before);
  });

  describe('of a database that is an older copy than the log', () => {
    const restoreCopyOf = (position: number) =>
      database.query(
        `WITH gone AS (DELETE FROM journal WHERE position > $1)
         UPDATE lane SET position = $1, published = $1, chain = j.chain, last_event_id = j.event_id
         FROM journal j WHERE j.position = $1`,
        [position],
      );

    it('does not throw away the facts that the copy does not know', async () => {
      await speak(ground, 9);
      const before = await lane();
      await restoreCopyOf(6);

      const { message, remedy } = await refusal();
      expect(message).toContain('the log holds 3 facts beyond position 6');
      expect(remedy).toContain('--truncate-after-journal');
      expect(await lane()).toEqual(before);
    });

    it('saves them and takes them out where the whole house goes back to the moment of the copy', async () => {
      await speak(ground, 9);
      const before = await lane();
      await restoreCopyOf(6);

      const outcome = await repair({ truncateAfterJournal: true });
      expect(outcome).toMatchObject({ kind: 'repaired', plan: { setAside: 3, head: 6 } });
      expect(await lane()).toEqual(before.slice(0, 6));
      const saved = [];
      for await (const { position, eventId } of readArchive(outcome.saved[0] ?? ''))
        saved.push(`${position} ${eventId}`);
      expect(saved).toEqual(before.slice(6).map((line) => line.split(' ').slice(0, 2).join(' ')));

      const log = await ground.speaker();
      await log.perform([tick(100)]);
      await until('the lane goes on', async () => (await laneRow(database)).published === 7);
      expect(await difference()).toBeNull();
    });

    it('refuses even that where somebody who did not go back has heard them', async () => {
      await speak(ground, 9);
      const tally = await openTally(ground);
      await isHeard(tally, 9);
      await tally.close();
      await restoreCopyOf(6);

      const { message, remedy } = await refusal({ truncateAfterJournal: true });
      expect(message).toContain('escalation has heard this lane up to 9');
      expect(remedy).toContain('from the same moment');
    });
  });

  it('does not touch the stream of another stack', async () => {
    await speak(ground, 3);
    await database.query('UPDATE lane SET lane_id = gen_random_uuid(), position = 0, published = 0');
    await database.query('DELETE FROM journal');
    await database.query(`UPDATE lane SET chain = sha256(lane_id::text::bytea), last_event_id = NULL`);
    expect((await refusal()).message).toContain('belong to two stacks');
    expect(await lane()).toHaveLength(3);
  });

  it('gives durable consumers of others back where they stood', async () => {
    await speak(ground, 10);
    const { manager } = await ground.manager();
    await rewriteStream(ground, 'ingestion', hole(8));
    await manager.consumers.add('LOG_INGESTION', {
      durable_name: 'archive-of-a-customer',
      ack_policy: AckPolicy.Explicit,
      filter_subject: 'evt.ingestion.>',
    });
    const { jetstream } = await import('@nats-io/jetstream');
    const outside = await jetstream(nats).consumers.get('LOG_INGESTION', 'archive-of-a-customer');
    for await (const message of await outside.fetch({ max_messages: 4 })) await message.ackAck();

    expect(await repair()).toMatchObject({ kind: 'repaired', consumers: ['archive-of-a-customer'] });
    const next = await (await jetstream(nats).consumers.get('LOG_INGESTION', 'archive-of-a-customer')).next();
    expect(next?.seq).toBe(5);
  });

  it('is done by one at a time', async () => {
    await speak(ground, 5);
    await rewriteStream(ground, 'ingestion', hole(2));
    const other = await LaneHold.take({ service: 'ingestion', nats, database }, wallClock);
    expect((await refusal()).message).toBe('another repair of lane LOG_INGESTION is at work');
    await other.release();
    expect(await repair()).toMatchObject({ kind: 'repaired' });
  });

  it('goes on where one stopped because the log did not take any more', async () => {
    await speak(ground, 3_000);
    const before = await lane();
    await archiveAll(database, join(ground.dataDirectory, 'kept'));
    await rewriteStream(ground, 'ingestion', hole(2));
    let isBroken = false;
    const interrupted = repair({
      onProgress: ({ doing, done }) => {
        if (isBroken || !doing.startsWith('publishing') || done < 500) return;
        isBroken = true;
        void ground.nats.kill();
      },
    });
    await expect(interrupted).rejects.toThrow(RepairUnfinished);
    await ground.restartNats();
    await until('the server is there', () =>
      nats.request('$JS.API.INFO').then(
        () => true,
        () => false,
      ),
    );

    expect(await repair()).toMatchObject({ kind: 'repaired' });
    expect((await lane()).filter((line, index) => line !== before[index])).toEqual([]);
    expect(await laneRow(database)).toMatchObject({ published: 3_000 });
    expect((await database.query('SELECT 1 FROM repair WHERE ended_at IS NULL')).rowCount).toBe(0);
  });

  it('ends what a killed one had begun, though all that it had sent has arrived by itself', async () => {
    await speak(ground, 12);
    await database.query('UPDATE lane SET published = 0');
    await database.query(
      `INSERT INTO repair (lane, what, found, instance, head, consumers)
       VALUES ('LOG_INGESTION', 'rebuild', '', 'repair-killed', 12, '[]')`,
    );

    expect(await repair()).toMatchObject({ kind: 'repaired', plan: { kind: 'nothing' } });
    expect(await laneRow(database)).toMatchObject({ published: 12, holder: null });
    expect((await database.query('SELECT 1 FROM repair WHERE ended_at IS NULL')).rowCount).toBe(0);
  });

  it('begins nothing where the server has no room for the lane', async () => {
    await speak(ground, 50);
    const before = await lane();
    await ground.nats.stop();
    const small = await startNats({
      dir: join(ground.dataDirectory, 'small'),
      config: 'accounts { A { jetstream { max_file: 2048 }, users: [{ user: a, password: a }] } }, no_auth_user: a',
    });
    ground.nats = small;
    const { nats: poor, manager } = await ground.manager();
    expect(await manager.streams.list().next()).toEqual([]);

    const { message, remedy } = await refusal({ nats: poor });
    expect(message).toMatch(/takes about \d+ bytes, and the server has room for 2048/);
    expect(remedy).toContain('more file storage');
    expect(before).toHaveLength(50);
    expect(await manager.streams.info(streamOf('ingestion')).catch(() => null)).toBeNull();
  });
});
