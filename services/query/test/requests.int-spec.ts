import 'reflect-metadata';
import { instant, pairOf } from '@tocsin/domain-kit';
import type { EventLog } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import { broken, NO_REASON, openDesk } from './desk.ts';
import { DocumentedDoor, type Answered } from './documented-door.ts';
import { feedAdded } from './facts.ts';
import { openQueryHouse } from './query-house.ts';

const REDRIVE_ROUTE = '/api/log/parked/{service}/{entity}/{key}/redrive';
const ACK = '/api/escalations/pair-EURUSD-15m/ack';

/** Real NATS, real PostgreSQL; the service that is asked is a small one of the test's own, so that it can be away. */
describe('asking for a change', () => {
  let house: House;
  let desk: EventLog;
  let door: DocumentedDoor;
  beforeAll(async () => {
    house = await openQueryHouse({ plays: ['ingestion', 'analysis', 'notification'] });
    desk = await openDesk(house.wiring('escalation-0'));
    // Played history has a time only once something was said of it.
    const { service, time, event } = feedAdded();
    await house.say(service, time, event);
    await house.quiet();
    door = await DocumentedDoor.of(house.url);
  });
  afterAll(async () => {
    await desk.close();
    await house.close();
  });

  const ask = (
    body: object,
    { headers = {}, path = ACK }: { headers?: Readonly<Record<string, string>>; path?: string } = {},
  ): Promise<Answered> =>
    door.post(path, path.startsWith('/api/log/') ? REDRIVE_ROUTE : '/api/escalations/{scope}/ack', body, headers);
  const asked = async (): Promise<number> => (await house.database().query('SELECT FROM request')).rows.length;
  const look = async (id: unknown): Promise<Answered['body']> =>
    (await (await fetch(`${house.url}/api/requests/${String(id)}`)).json()) as Answered['body'];

  it('is answered with what it led to, and with the position at which a read sees it', async () => {
    const answer = await ask({ reason: 'I am on it.', ttl_ms: 60_000 });
    const position = answer.headers.get('log-position') ?? '';
    expect(position).toMatch(/^LOG_ESCALATION:\d+$/);
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({
        ...{ service: 'escalation', command: 'AcknowledgeEpisode', status: 'done', refused: null, because: null },
        ...{ facts: [expect.any(String)], log_position: position },
      }),
    ]);
    expect((await fetch(`${house.url}/api/escalations?atLeast=${position}`)).status).toBe(200);
    const again = await fetch(`${house.url}/api/requests/${String(answer.body['id'])}?atLeast=${position}`);
    expect(await again.json()).toEqual({ ...answer.body, as_of: expect.any(String) as unknown });
  });

  it('is answered 200 as well when it was so already', async () => {
    await ask({ reason: 'Still on it.' });
    const { status, body } = await ask({ reason: 'Still on it.' });
    expect([status, body['status'], body['facts']]).toEqual([200, 'unchanged', []]);
  });

  it('is answered with the name of the rule that says no, and remembers it', async () => {
    const { status, headers, body } = await ask({ reason: NO_REASON });
    expect([status, headers.get('content-type'), headers.get('log-position')]).toEqual([
      409,
      'application/problem+json; charset=utf-8',
      expect.stringMatching(/^LOG_ESCALATION:\d+$/),
    ]);
    expect(body).toMatchObject({ code: 'request-refused', refused: 'no-reason', detail: 'That is no reason.' });
    expect(await look(body['request'])).toMatchObject({
      status: 'refused',
      refused: 'no-reason',
      because: 'That is no reason.',
    });
  });

  it('is answered at once where nobody wants to wait, and its outcome is found later', async () => {
    await desk.close();
    const { status, headers, body } = await ask({ reason: 'Later.' }, { headers: { prefer: 'respond-async' } });
    expect([status, headers.get('preference-applied'), headers.get('location')]).toEqual([
      202,
      'respond-async',
      `/api/requests/${String(body['id'])}`,
    ]);
    expect(await look(body['id'])).toMatchObject({ status: 'pending', facts: [], log_position: null });
    desk = await openDesk(house.wiring('escalation-0'));
    await house.until('the request is done', async () => (await look(body['id']))['status'] === 'done');
  });

  it('is answered 202 when the outcome does not come within five seconds', async () => {
    await desk.close();
    const startedMs = performance.now();
    const { status, body } = await ask({ reason: 'Nobody is there.' });
    const waitedMs = performance.now() - startedMs;
    expect([status, body['status']]).toEqual([202, 'pending']);
    expect(waitedMs).toBeGreaterThan(4_900);
    desk = await openDesk(house.wiring('escalation-0'));
    await house.until('the request is done', async () => (await look(body['id']))['status'] === 'done');
  });

  it('is one request under one key: the same answer to the same, and none to anything else', async () => {
    const headers = { 'idempotency-key': 'desk-7/ack-1' };
    const before = await asked();
    const first = await ask({ reason: 'Mine.' }, { headers });
    const second = await ask({ reason: 'Mine.' }, { headers });
    expect([first.status, second.status, second.body]).toEqual([
      200,
      200,
      { ...first.body, as_of: expect.any(String) as unknown },
    ]);
    for (const [body, path] of [
      [{ reason: 'Yours.' }, ACK],
      [{ reason: 'Mine.' }, '/api/escalations/pair-EURUSD-1h/ack'],
    ] as const) {
      const answer = await ask(body, { headers, path });
      expect([answer.status, answer.body['code']]).toEqual([422, 'key-taken']);
      expect(answer.body['detail']).toContain(first.body['id']);
    }
    expect(await asked()).toBe(before + 1);
  });

  it('may be that a parked key is applied again: rehearsed, refused while it fails, and done', async () => {
    const path = '/api/log/parked/escalation/episode/pair-EURUSD-1h/redrive';
    expect((await ask({ reason: 'Just looking.' }, { path })).body).toMatchObject({ refused: 'key-not-parked' });
    broken.add('pair-EURUSD-1h');
    const at = instant('2014-05-06T10:00:00Z');
    const paused = { pair: pairOf('EURUSD', '1h'), reason: 'The history is over.', at };
    await house.say('ingestion', at, { type: 'FeedPaused', data: paused });
    await house.until('the fact is parked', () => desk.health().consumer.parkedEvents === 1);
    expect(desk.health().obstacles).toEqual(['1 messages are parked: episode/pair-EURUSD-1h']);

    expect((await ask({ reason: 'Not mended yet.' }, { path })).body).toMatchObject({
      ...{ status: 409, refused: 'still-failing', detail: 'TypeError: the desk of pair-EURUSD-1h is broken' },
    });
    broken.clear();
    expect((await ask({ reason: 'Mended?', rehearse: true }, { path })).body).toMatchObject({
      ...{ status: 'unchanged', because: '1 of 1 parked messages can be applied.' },
    });
    expect(desk.health().consumer.parkedEvents).toBe(1);
    expect((await ask({ reason: 'Mended.' }, { path })).body).toMatchObject({
      command: 'RedriveParked',
      status: 'done',
    });
    expect(desk.health().obstacles).toEqual([]);
  });

  it('reaches every service behind the door, and no other', async () => {
    for (const service of ['ingestion', 'analysis', 'notification']) {
      const { status, body } = await ask({ reason: 'Anything?' }, { path: `/api/log/parked/${service}/run/x/redrive` });
      expect([service, status, body['refused']]).toEqual([service, 409, 'key-not-parked']);
    }
    const { status, body } = await ask({ reason: 'Anything?' }, { path: '/api/log/parked/query/run/x/redrive' });
    expect([status, body['code']]).toEqual([400, 'invalid-query']);
  });

  it('is over when nobody handled it in time', async () => {
    await desk.close();
    const headers = { 'idempotency-key': 'too-late', prefer: 'respond-async' };
    const { body } = await ask({ reason: 'Now or never.' }, { headers });
    await house.database().query(`UPDATE request SET expires_at = now() - interval '1 s' WHERE id = $1`, [body['id']]);
    expect(await look(body['id'])).toMatchObject({ status: 'expired' });
    const again = await ask({ reason: 'Now or never.' }, { headers });
    expect([again.status, again.body['code'], again.body['request']]).toEqual([409, 'request-expired', body['id']]);
    desk = await openDesk(house.wiring('escalation-0'));
  });
});
