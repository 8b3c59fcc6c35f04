import 'reflect-metadata';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import { DocumentedDoor, type Answered } from './documented-door.ts';
import { feedAdded } from './facts.ts';
import { openQueryHouse } from './query-house.ts';
import { DEAD_LINE, IDLE_LINE, openSwitchboard, TAKEN } from './switchboard.ts';

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgZGVzaw==';
const DESK = { name: 'Trading desk', target: { kind: 'webhook', url: 'https://hooks.example.org/tocsin' } };
const ACME = { 'tocsin-tenant': 'acme' };

/** Real NATS, real PostgreSQL, and a notification that only sets channels up. */
describe('a channel of one’s own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
  let house: House;
  let switchboard: EventLog;
  let door: DocumentedDoor;
  beforeAll(async () => {
    house = await openQueryHouse({ plays: ['ingestion', 'analysis', 'escalation'], SECRETS_DIRECTORY: directory });
    switchboard = await openSwitchboard(house.wiring('notification-0'));
    const { service, time, event } = feedAdded();
    await house.say(service, time, event);
    await house.quiet();
    door = await DocumentedDoor.of(house.url);
  });
  afterAll(async () => {
    await switchboard.close();
    await house.close();
    rmSync(directory, { recursive: true });
  });

  const add = (body: object, headers: Readonly<Record<string, string>> = ACME): Promise<Answered> =>
    door.ask('post', { path: '/api/channels', route: '/api/channels', body, headers });
  const change = (id: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
    door.ask('put', {
      path: `/api/channels/${id}`,
      route: '/api/channels/{id}',
      body,
      headers: { ...ACME, ...headers },
    });
  const remove = (id: string): Promise<Answered> =>
    door.ask('delete', { path: `/api/channels/${id}`, route: '/api/channels/{id}', body: {}, headers: ACME });
  const look = (path: string, tenant = 'acme') =>
    fetch(`${house.url}${path}`, { headers: { 'tocsin-tenant': tenant } });
  const written = async () => (await house.database().query<{ body: Buffer }>('SELECT body FROM request')).rows;
  const secretsKept = () => readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));

  it('is set up with a secret that nobody sees again', async () => {
    const { status, body, headers } = await add({ ...DESK, id: 'desk', secret: SECRET, min_level: 'WARN' });
    expect([status, body['command'], body['status']]).toEqual([200, 'AddChannel', 'done']);
    expect(secretsKept()).toEqual([SECRET]);

    const answer = await look(`/api/channels/desk?atLeast=${headers.get('log-position') ?? ''}`);
    const told = await answer.text();
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
    expect(JSON.parse(told)).toMatchObject({
      ...{ id: 'desk', tenant: 'acme', version: 1, kind: 'webhook', enabled: true, min_level: 'WARN', events: [] },
      ...{ rate: { messages: 10, per_ms: 1_000 }, changed_by: 'person:local', target: DESK.target },
      secrets: [{ since: expect.stringMatching(/Z$/) as unknown, until: null }],
    });
    const [ref = ''] = readdirSync(directory);
    for (const words of [told, JSON.stringify(body), ...(await written()).map((row) => row.body.toString())])
      expect(words).not.toContain(SECRET);
    expect(told).not.toContain(ref);
  });

  it('is seen by its own tenant', async () => {
    const ids = async (tenant: string) =>
      ((await (await look('/api/channels', tenant)).json()) as { items: { id: string }[] }).items.map(({ id }) => id);
    expect([await ids('acme'), await ids('other')]).toEqual([['desk'], []]);
    expect((await look('/api/channels/desk', 'other')).status).toBe(404);
    expect((await look('/api/channels', 'No Tenant')).status).toBe(400);
  });

  it('is changed by whoever has seen its newest version, and keeps its secret', async () => {
    const { status, headers } = await change('desk', { ...DESK, name: 'Desk' }, { 'if-match': '"1"' });
    expect(status).toBe(200);
    const changed = await look(`/api/channels/desk?atLeast=${headers.get('log-position') ?? ''}`);
    expect(await changed.json()).toMatchObject({
      name: 'Desk',
      version: 2,
      min_level: 'INFO',
      secrets: [{ until: null }],
    });
    const late = await change('desk', DESK, { 'if-match': '"1"' });
    expect([late.status, late.body['refused']]).toEqual([409, 'channel-changed-meanwhile']);
    expect((await change('desk', DESK, { 'if-match': 'W/"1"' })).body['errors']).toMatchObject([
      { pointer: '/header/If-Match' },
    ]);
    expect((await change('nobody', DESK)).body['code']).toBe('unknown-channel');
  });

  it('changes its secret with an overlap', async () => {
    const until = '2099-01-01T00:00:00.000Z';
    const { headers } = await change('desk', { ...DESK, secret_ref: 'by-hand', earlier_secrets_until: until });
    const changed = await look(`/api/channels/desk?atLeast=${headers.get('log-position') ?? ''}`);
    expect(((await changed.json()) as { secrets: unknown }).secrets).toMatchObject([{ until: null }, { until }]);
  });

  it('leaves no secret behind when it is refused, and is one request under one key', async () => {
    const before = secretsKept();
    expect((await add({ ...DESK, id: TAKEN, secret: 'other' })).body['refused']).toBe('channel-taken');
    expect(secretsKept()).toEqual(before);
    const headers = { ...ACME, 'idempotency-key': 'add-7' };
    const first = await add({ ...DESK, id: 'seven', secret: 'seventh' }, headers);
    const again = await add({ ...DESK, id: 'seven', secret: 'seventh' }, headers);
    expect([first.status, again.status, again.body['id']]).toEqual([200, 200, first.body['id']]);
    expect((await add({ ...DESK, id: 'seven', secret: 'eighth' }, headers)).body['code']).toBe('key-taken');
    expect(secretsKept()).toHaveLength(before.length + 1);
  });

  it('is changed once under one key, by whoever says of which version', async () => {
    const headers = { 'idempotency-key': 'change-7' };
    expect((await change('seven', DESK, headers)).body['errors']).toMatchObject([{ pointer: '/header/If-Match' }]);
    const words = { ...headers, 'if-match': '"1"' };
    const first = await change('seven', { ...DESK, name: 'Seven' }, words);
    await look(`/api/channels/seven?atLeast=${first.headers.get('log-position') ?? ''}`);
    const again = await change('seven', { ...DESK, name: 'Seven' }, words);
    expect([first.status, again.status, again.body['id']]).toEqual([200, 200, first.body['id']]);
  });

  it('is tried, and tells whether the message arrived', async () => {
    const test = (id: string) =>
      door.ask('post', { path: `/api/channels/${id}/test`, route: '/api/channels/{id}/test', body: {}, headers: ACME });
    expect((await test('desk')).body).toMatchObject({
      ...{ command: 'TestChannel', status: 'done' },
      delivery: { status: 'delivered', attempts: 1, receipt: '204', error_code: null },
    });
    expect((await test(DEAD_LINE)).body['delivery']).toMatchObject({
      ...{ status: 'retrying', attempts: 1, error_code: 'REJECTED', error_message: 'answered 403' },
    });
    const startedMs = performance.now();
    expect((await test(IDLE_LINE)).body['delivery']).toMatchObject({ status: 'intended', attempts: 0 });
    expect(performance.now() - startedMs).toBeGreaterThan(4_900);
  });

  it('is gone once it is removed', async () => {
    const { status, headers } = await remove('seven');
    expect(status).toBe(200);
    expect((await look(`/api/channels/seven?atLeast=${headers.get('log-position') ?? ''}`)).status).toBe(404);
  });

  it.each<[object, string]>([
    [{ id: 'Desk', ...DESK }, '/body/id'],
    [{ id: 'desk', name: 'x' }, '/body/target'],
    [{ id: 'desk', name: 'x', target: { kind: 'pigeon' } }, '/body/target'],
    [{ id: 'desk', name: 'x', target: { kind: 'webhook' } }, '/body/target/url'],
    [{ id: 'desk', name: 'x', target: { kind: 'webhook', url: 'https://me:pw@example.org' } }, '/body/target/url'],
    [{ id: 'desk', name: 'x', target: { kind: 'slack', token: 'x' } }, '/body/target/token'],
    [{ id: 'desk', ...DESK, events: [{ label: 'a', op: '~', value: 'b' }] }, '/body/events/0/op'],
    [{ id: 'desk', ...DESK, secret: 'two\nlines' }, '/body/secret'],
    [{ id: 'desk', ...DESK, secret_ref: '../etc/passwd' }, '/body/secret_ref'],
    [{ id: 'desk', ...DESK, secret: 'a', secret_ref: 'b' }, '/body/secret_ref'],
    [{ id: 'desk', ...DESK, rate: { messages: 0, per_ms: 1_000 } }, '/body/rate/messages'],
  ])('is refused as %j at %s', async (body, pointer) => {
    const answer = await add(body);
    expect([answer.status, answer.body['code'], answer.body['errors']]).toEqual([
      ...[400, 'invalid-body'],
      [expect.objectContaining({ pointer })],
    ]);
  });
});
