import { Database } from '@tocsin/event-log';
import type { House } from '../house/house.ts';

/** Ways to spoil what a campaign is about to verify: each must make it fail, or its verdict is worth nothing. */
const WAYS = {
  'lost-event': loseEvent,
  'doubled-delivery': doubleDelivery,
  'lost-delivery': loseDelivery,
  'changed-row': (house) =>
    change(house, 'query', `UPDATE bar SET close = close + 1 WHERE ctid = (SELECT min(ctid) FROM bar)`),
  'changed-state': (house) =>
    change(house, 'ingestion', `UPDATE entity SET version = version + 1 WHERE ctid = (SELECT min(ctid) FROM entity)`),
  'changed-chain': (house) => change(house, 'analysis', `UPDATE journal SET chain = sha256(chain) WHERE position = 1`),
  'moved-checkpoint': (house) => change(house, 'analysis', `UPDATE checkpoint SET chain = sha256(chain)`),
} as const satisfies Record<string, (house: House) => Promise<void>>;

export type Sabotage = keyof typeof WAYS;

export const SABOTAGES = Object.keys(WAYS);

export const isSabotage = (name: string): name is Sabotage => Object.hasOwn(WAYS, name);

/** Spoils the evidence of a house whose services have stopped. */
export const sabotage = (house: House, way: Sabotage): Promise<void> => WAYS[way](house);

async function loseEvent(house: House): Promise<void> {
  await house.killNats();
  house.files.cutTail('analysis', 1);
  await house.startNats();
}

/** A notice that may arrive once arrives again. */
function doubleDelivery({ receivers }: House): Promise<void> {
  const calm = receivers.arrivals().find(({ id }) => id.includes(':INFO:') || id.includes(':WARN:'));
  if (calm === undefined) throw new Error('nothing has arrived that may arrive once only');
  receivers.rewrite([...receivers.arrivals(), calm]);
  return Promise.resolve();
}

/** Something urgent never arrived. */
function loseDelivery({ receivers }: House): Promise<void> {
  const urgent = receivers.arrivals().find(({ id }) => id.includes(':ERROR:'));
  if (urgent === undefined) throw new Error('nothing urgent has arrived');
  receivers.rewrite(receivers.arrivals().filter(({ id }) => id !== urgent.id));
  return Promise.resolve();
}

async function change({ databaseUrl }: House, schema: string, statement: string): Promise<void> {
  const database = new Database({
    url: databaseUrl,
    schema,
    applicationName: 'sabotage',
    connectionsMax: 1,
    onIdleError: () => undefined,
  });
  try {
    await database.query(statement);
  } finally {
    await database.close();
  }
}
