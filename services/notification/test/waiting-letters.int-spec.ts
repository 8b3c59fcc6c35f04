import type { ChannelSettings, SilenceCreated, SilenceExpired } from '@tocsin/contracts';
import { plusMs } from '@tocsin/domain-kit';
import { DeliveryLedger } from '../src/outbound/delivery-ledger.ts';
import { at, letter, LetterHouse, over } from './letter-house.ts';

/** Letters that are intended by the test itself, on real servers; what became of their episodes is what escalation says. */
describe('what waits for a channel', () => {
  let house: LetterHouse;

  beforeEach(async () => {
    house = await LetterHouse.open();
  });
  afterEach(() => house.close());

  it('T-46: for two hours is told in digests when it is back, without what is over by then', async () => {
    // The first attempt lasts until its deadline; meanwhile two hours pass.
    house.receiver.answer({ status: 503, isUnspoken: true }, { status: 200 });
    const letters = Array.from({ length: 1_000 }, (_, number) =>
      letter(number, { level: number % 100 === 0 ? 'CRITICAL' : 'ERROR' }),
    );
    await house.hear(...Array.from({ length: 300 }, (_, number) => over(number)));
    await house.intend(...letters);
    await house.tables.query(`UPDATE delivery_work SET queued_at = queued_at - interval '2 hours'`);
    await house.workedOff();

    const told = house.toldOf;
    expect(new Set(told).size).toBe(told.length);
    expect(new Set(told)).toEqual(new Set(letters.slice(300).map(({ episodeId }) => episodeId)));
    expect(house.receiver.received.length).toBeLessThan(30);
    const facts = await house.service.facts();
    expect(facts.filter(({ type }) => type === 'DeliveryWithdrawn')).toHaveLength(300);
    const ends = new Map<string, number>();
    for (const { type, data } of facts) {
      if (!['DeliverySucceeded', 'DeliveryWithdrawn', 'DeliveryGathered', 'DeliveryDeadLettered'].includes(type))
        continue;
      if (!('notificationId' in data)) continue;
      ends.set(data.notificationId, (ends.get(data.notificationId) ?? 0) + 1);
    }
    for (const { notificationId } of letters) expect(ends.get(notificationId)).toBe(1);
  });

  it('is withdrawn together with its end when nobody heard of it before it was over', async () => {
    house.receiver.answer({ status: 503, headers: { 'retry-after': '1' } }, { status: 200 });
    await house.intend(letter(1, { level: 'ERROR' }));
    await house.until('it was refused', () => house.receiver.received.length === 1);
    await house.hear(over(1));
    await house.intend(letter(1, { level: 'INFO', kind: 'restoration' }));
    await house.workedOff();
    expect(house.receiver.accepted).toEqual([]);
    for (const level of ['ERROR', 'INFO'] as const)
      expect((await house.said(letter(1, { level }))).at(-1)).toBe('DeliveryWithdrawn');
  });

  it('and is CRITICAL goes to another channel after two failures, once, while the first goes on trying', async () => {
    house.receiver.answer({ status: 503 }, { status: 503 }, { status: 503 }, { status: 200 });
    const critical = letter(1, { level: 'CRITICAL' });
    await house.intend(critical);
    await house.workedOff();
    expect(house.receiver.accepted).toEqual([critical.notificationId]);
    expect(house.mailbox.subjects).toEqual([critical.title]);
    const other = (await house.service.facts()).find(
      ({ type, data }) => type === 'DeliveryIntended' && 'takesOverFrom' in data,
    );
    expect(other?.data).toMatchObject({ channelId: 'ops-email', takesOverFrom: 'ops-webhook' });

    // Whoever heard of the beginning hears of the end.
    await house.hear(over(1));
    const end = letter(1, { level: 'INFO', kind: 'restoration', title: 'Restored: PAIR1 15m' });
    await house.intend(end);
    await house.workedOff();
    expect(house.receiver.accepted).toEqual([critical.notificationId, end.notificationId]);
    expect(house.mailbox.subjects).toEqual([critical.title, end.title]);
  });

  it('T-48: is gathered and sent once by two workers that both believe they hold the lease', async () => {
    const second = house.secondWorker();
    second.start();
    try {
      const letters = Array.from({ length: 200 }, (_, number) => letter(number, { level: 'ERROR' }));
      await house.intend(...letters);
      await house.workedOff();
      expect([...house.toldOf].sort()).toEqual(letters.map(({ episodeId }) => episodeId).sort());
      expect(house.receiver.received.length).toBeLessThan(40);
    } finally {
      await second.stop();
    }
  });

  it('does not use up its attempts while the breaker is open, but its patience', async () => {
    house.receiver.answer({ status: 500 });
    await house.intend(
      letter(1, { level: 'CRITICAL' }),
      ...[2, 3, 4].map((number) => letter(number, { level: 'ERROR' })),
    );
    await house.workedOff();
    // Five failures open the breaker; from then on nothing is sent, whatever is due.
    expect(house.receiver.received).toHaveLength(5);
    const facts = await house.service.facts();
    const given = facts.flatMap((fact) => (fact.type === 'DeliveryDeadLettered' ? [fact.data] : []));
    expect(given.map(({ notificationId }) => notificationId).sort()).toEqual(
      [letter(1, { level: 'CRITICAL' }), ...[2, 3, 4].map((number) => letter(number, { level: 'ERROR' }))]
        .map(({ notificationId }) => notificationId)
        .sort(),
    );
    for (const { lastError } of given) expect(lastError).toBe('ops-webhook kept failing and was left alone.');
    const failures = facts.filter(({ type }) => type === 'DeliveryFailed');
    expect(failures).toHaveLength(5 + 4);
  });

  it('is silenced by now waits until the silence ends', async () => {
    const silence: SilenceCreated = {
      type: 'SilenceCreated',
      data: {
        ...{
          silenceId: 'quiet',
          tenant: 'shared',
          kind: 'silence',
          from: at,
          until: plusMs(at, 3_600_000),
          every: null,
        },
        ...{ matchers: [{ label: 'symbol', op: '=', value: 'PAIR1' }], zone: 'UTC', by: 'dana', at },
        comment: 'The provider moves house.',
      },
    };
    const expired: SilenceExpired = {
      type: 'SilenceExpired',
      data: { silenceId: 'quiet', tenant: 'shared', by: 'dana', at },
    };
    await house.hear(silence);
    const [silenced, other] = [1, 2].map((number) =>
      letter(number, { level: 'CRITICAL', labels: { symbol: `PAIR${number}` } }),
    );
    if (silenced === undefined || other === undefined) throw new Error('there are two letters');
    await house.intend(silenced, other);
    await house.until('the other was told', () => house.receiver.accepted.length === 1);
    expect(house.receiver.accepted).toEqual([other.notificationId]);
    await house.hear(expired);
    await house.workedOff();
    expect(house.receiver.accepted).toEqual([other.notificationId, silenced.notificationId]);
  });

  it('and is good news is told once in a while, and keeps nobody waiting for anything else', async () => {
    const news = [1, 2, 3].map((number) =>
      letter(number, { level: 'INFO', kind: 'success', notificationId: `ok:${number}:ops-webhook` }),
    );
    const end = letter(1, { level: 'INFO', kind: 'restoration' });
    await house.intend(...news, end);
    await house.workedOff();
    const told = house.receiver.accepted.filter((id) => id !== end.notificationId);
    expect(house.receiver.accepted).toContain(end.notificationId);
    // Their two seconds may end in between, and then there are two summaries of them.
    expect(told.length).toBeLessThanOrEqual(2);
    expect([...house.toldOf].sort()).toEqual(['e1', 'e1', 'e2', 'e3']);
  });

  it('says of deliveries that they fail, and so does not go where they fail', async () => {
    house.receiver.answer({ status: 410 });
    await house.intend(letter(1, { level: 'ERROR' }));
    await house.workedOff();
    const about = { scope: 'service-notification', level: 'WARN' } as const;
    const [here, there] = [
      letter(2, about),
      letter(2, { ...about, channelId: 'ops-email', channelKind: 'email', notificationId: 'esc:e2:WARN:ops-email:0' }),
    ];
    await house.intend(here, there);
    await house.workedOff();
    expect(house.receiver.received).toHaveLength(1);
    expect(await house.said(here)).toEqual(['DeliveryIntended', 'DeliveryWithdrawn']);
    expect(await house.said(there)).toEqual(['DeliveryIntended', 'DeliverySucceeded']);
  });

  it('knows what its channel gave for the first message about the same episode', async () => {
    house.receiver.answer({ status: 202 }, { status: 503, headers: { 'retry-after': '1' } }, { status: 200 });
    await house.intend(letter(1, { level: 'ERROR' }));
    await house.workedOff();
    const end = letter(1, { level: 'INFO', kind: 'restoration' });
    await house.intend(end);
    await house.until('the end was refused', () => house.receiver.received.length === 2);
    await house.service.stop();
    const ledger = new DeliveryLedger({ sql: house.tables });
    let receipt: string | null | undefined;
    await house.until('the end is due again', async () => {
      receipt = (await ledger.start(end.notificationId, 0))?.firstReceipt;
      return receipt !== undefined;
    });
    expect(receipt).toBe('202');
  });

  it('for a channel that somebody removed is withdrawn once it is late', async () => {
    const lost = letter(1, { level: 'ERROR', channelId: 'acme-desk', notificationId: 'esc:e1:ERROR:acme-desk:0' });
    const own = { tenant: 'acme', channelId: 'acme-desk' };
    const settings: ChannelSettings = {
      ...{ name: 'Trading desk', enabled: true, events: [], minLevel: 'WARN', success: 'restoration', signals: false },
      ...{ rate: { messages: 1, perMs: 1_000 }, standby: false, target: { kind: 'slack', channel: 'C0123456789' } },
      secretRefs: [{ ref: 'acme.slack-bot', until: null }],
    };
    // Its secret is not there, so it is broken, and its letters wait.
    await house.ask({ type: 'AddChannel', data: { ...own, channel: settings } }, 'c1');
    await house.until('the channel is there', async () => (await house.handled()).length === 1);
    await house.intend(lost);
    await house.until('it was tried', async () => (await house.said(lost)).includes('DeliveryFailed'));
    await house.ask({ type: 'RemoveChannel', data: { ...own, reason: 'The desk has moved.' } }, 'c2');
    await house.workedOff();
    expect((await house.handled()).map(({ result }) => result)).toEqual(['done', 'done']);
    expect((await house.said(lost)).at(-1)).toBe('DeliveryWithdrawn');
  });
});
