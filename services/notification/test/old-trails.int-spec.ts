import type { EpisodeRaised } from '@tocsin/contracts';
import { DeliveryLedger } from '../src/outbound/delivery-ledger.ts';
import { forgetOldTrails } from '../src/outbound/old-trails.ts';
import { at, letter, LetterHouse, over } from './letter-house.ts';

/** The beginning of the episode that the letter of that number is about. */
const raised = (number: number): EpisodeRaised => ({
  type: 'EpisodeRaised',
  data: {
    ...{ scope: `pair-PAIR${number}-15m`, scopeKind: 'pair', episodeId: `e${number}`, from: 'INFO', to: 'ERROR', at },
    ...{ cause: 'A bar failed.', causeEventIds: [], reopenOf: null, openedAt: at, simulated: false },
  },
});

describe('who was told of what', () => {
  let house: LetterHouse;

  beforeEach(async () => {
    house = await LetterHouse.open();
  });
  afterEach(() => house.close());

  const names = async (query: string): Promise<readonly string[]> =>
    (await house.tables.query<{ name: string }>(query)).rows.map(({ name }) => name).sort();
  const trails = () =>
    names(`SELECT DISTINCT unnest(episodes) AS name FROM delivery_trail WHERE channel_id = 'ops-webhook'`);
  const standings = () => names('SELECT episode_id AS name FROM episode_standing');
  const daysPass = async (days: number): Promise<void> => {
    await house.tables.query(`UPDATE delivery_trail SET noted_at = noted_at - make_interval(days => $1)`, [days]);
    await house.tables.query(`UPDATE episode_standing SET ended_at = ended_at - make_interval(days => $1)`, [days]);
    await forgetOldTrails(house.tables);
  };

  it('is known for a week after the end, and as long as it lasts', async () => {
    await house.hear(raised(1), raised(2));
    await house.intend(letter(1, { level: 'ERROR' }), letter(2, { level: 'ERROR' }));
    await house.intend(letter(3, { level: 'ERROR', kind: 'test' }));
    await house.workedOff();
    await house.hear(over(1));
    await house.workedOff();
    await daysPass(6);
    expect([await standings(), await trails()]).toEqual([
      ['e1', 'e2'],
      ['e1', 'e2', 'e3'],
    ]);
    await daysPass(2);
    expect([await standings(), await trails()]).toEqual([['e2'], ['e2']]);
  });

  it('is known to an end that comes late', async () => {
    house.receiver.answer({ status: 202 }, { status: 503, headers: { 'retry-after': '1' } }, { status: 200 });
    await house.hear(raised(1));
    await house.intend(letter(1, { level: 'ERROR' }));
    await house.workedOff();
    await daysPass(90);
    await house.hear(over(1));
    await house.intend(letter(1, { level: 'INFO', kind: 'restoration' }));
    await house.until('the end was refused', () => house.receiver.received.length === 2);
    await house.service.stop();
    // It is still on its way a week later.
    await daysPass(8);
    const ledger = new DeliveryLedger({ sql: house.tables });
    let receipt: string | null | undefined;
    await house.until('the end is due again', async () => {
      receipt = (await ledger.start(letter(1, { level: 'INFO' }).notificationId, 0))?.firstReceipt;
      return receipt !== undefined;
    });
    expect(receipt).toBe('202');
  });
});
