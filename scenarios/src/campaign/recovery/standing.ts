import { SERVICES, streamOf, type ServiceName } from '@tocsin/contracts';
import { Database } from '@tocsin/event-log';

/** How one service's lane and everybody who hears it stand, by the databases alone. */
export type LaneStanding = {
  readonly service: ServiceName;
  /** The last insert id that the journal gave, committed or not. */
  readonly inserted: number;
  /** The first committed row without a position; null when there is none. */
  readonly unnumbered: number | null;
  readonly position: number;
  /** Where each consumer's checkpoint of it is. */
  readonly heard: readonly number[];
};

type LaneRow = Omit<LaneStanding, 'heard'>;

const LANES = SERVICES.map(
  (service) =>
    `SELECT '${service}' AS service, position,
            (SELECT last_value FROM ${service}.journal_insert_id_seq) AS inserted,
            (SELECT min(insert_id) FROM ${service}.journal WHERE position IS NULL) AS unnumbered
     FROM ${service}.lane`,
).join(' UNION ALL ');

const CHECKPOINTS = SERVICES.map((service) => `SELECT lane, position FROM ${service}.checkpoint`).join(' UNION ALL ');

/** Asks the databases of all services, past the wire that the campaign cuts. */
export class Standing {
  readonly #url: () => string;
  #database: Database | null = null;

  constructor(url: () => string) {
    this.#url = url;
  }

  /** @throws {Error} while PostgreSQL is away. */
  async read(): Promise<readonly LaneStanding[]> {
    const database = this.#open();
    // Checkpoints first: what they have heard cannot be beyond the positions that are read after them.
    const { rows: checkpoints } = await database.query<{ lane: string; position: number }>(CHECKPOINTS);
    const { rows: lanes } = await database.query<LaneRow>(LANES);
    return lanes.map((lane) => ({
      ...lane,
      heard: checkpoints.filter((one) => one.lane === streamOf(lane.service)).map(({ position }) => position),
    }));
  }

  /** Notifications that have no outcome yet. */
  async openDeliveries(): Promise<number> {
    const { rows } = await this.#open().query<{ open: number }>(
      'SELECT count(*) AS open FROM notification.delivery_work WHERE NOT is_dead',
    );
    return rows[0]?.open ?? 0;
  }

  async close(): Promise<void> {
    await this.#database?.close();
  }

  #open(): Database {
    this.#database ??= new Database({
      url: this.#url(),
      schema: 'public',
      applicationName: 'campaign',
      connectionsMax: 2,
      onIdleError: () => undefined,
    });
    return this.#database;
  }
}

/**
 * Everything that was committed has been heard by everybody. (What the log has acknowledged does not matter: that mark may
 * lag behind the log, which costs a comparison and nothing else.)
 */
export const isCalm = (lanes: readonly LaneStanding[]): boolean =>
  lanes.every(({ unnumbered, position, heard }) => unnumbered === null && heard.every((at) => at === position));
