import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { plusMs } from '@tocsin/domain-kit';
import type { EventLog } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import fc from 'fast-check';
import { findAmtool } from './amtool.ts';
import { DocumentedDoor, type Answered } from './documented-door.ts';
import { barAt, feedAdded } from './facts.ts';
import { NOT_LIKE_THIS, openPeopleDesk } from './people-desk.ts';
import { openQueryHouse } from './query-house.ts';

const MATCHERS = [{ label: 'provider', op: '=', value: 'kraken' }];
/** What the clock shows here: history is played up to the end of a bar, and stands. */
const NOW = barAt(0).closeAt;
const SCOPE = 'pair-EURUSD-15m';
const TOKEN = 'the-token-of-prometheus';
const tool = await findAmtool();
if ('because' in tool) console.info(`skipped: amtool asks for no silence, for ${tool.because}`);

type Silence = { readonly silence_id: string; readonly state: string; readonly comment: string };

/** Real NATS, real PostgreSQL, an accelerated clock, and an escalation that only does what people ask of it. */
describe('what people decide about trouble', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-hooks-'));
  let house: House;
  let desk: EventLog;
  let door: DocumentedDoor;
  beforeAll(async () => {
    writeFileSync(join(folder, 'prometheus'), `${TOKEN}\n`);
    const TOCSIN_CONFIG = join(folder, 'tocsin.config.json');
    const hooks = { alertmanager: [{ name: 'prometheus', tokenFile: 'prometheus' }] };
    writeFileSync(TOCSIN_CONFIG, JSON.stringify({ feeds: [], hooks }));
    house = await openQueryHouse({ TOCSIN_CONFIG, plays: ['ingestion', 'analysis', 'notification'] });
    desk = await openPeopleDesk(house.wiring('escalation-0'));
    const { service, time, event } = feedAdded();
    await house.say(service, time, event);
    await house.quiet();
    door = await DocumentedDoor.of(house.url);
  });
  afterAll(async () => {
    await desk.close();
    await house.close();
    rmSync(folder, { recursive: true });
  });

  const ask = (method: 'post' | 'delete', path: string, route: string, body: object, headers = {}): Promise<Answered> =>
    door.ask(method, { path, route, body, headers });
  const silence = (body: object, headers = {}) => ask('post', '/api/silences', '/api/silences', body, headers);
  const read = async <Body>(path: string, tenant = 'shared'): Promise<Body> => {
    const answer = await fetch(`${house.url}${path}`, { headers: { 'tocsin-tenant': tenant } });
    return (await answer.json()) as Body;
  };
  const positionOf = ({ headers }: Answered): string => headers.get('log-position') ?? '';

  it('is that something is kept from them for a while, and told again', async () => {
    const made = await silence({ matchers: MATCHERS, for_ms: 3_600_000, comment: 'Works at the provider.' });
    expect([made.status, made.body['command']]).toEqual([200, 'CreateSilence']);
    const id = String(made.body['silence_id']);
    const told = await read<Silence>(`/api/silences/${id}?atLeast=${positionOf(made)}`);
    expect(told).toMatchObject({
      ...{ silence_id: id, tenant: 'shared', kind: 'silence', state: 'active', matchers: MATCHERS, every: null },
      ...{ comment: 'Works at the provider.', created_by: 'person:local', expired_at: null },
      window: { from: NOW, until: plusMs(NOW, 3_600_000) },
    });
    const listed = async (query: string, tenant?: string) =>
      (await read<{ items: Silence[] }>(`/api/silences${query}`, tenant)).items.map(({ silence_id }) => silence_id);
    expect(await listed('?state=standing')).toEqual([id]);
    expect(await listed('', 'acme')).toEqual([]);
    expect(await read(`/api/silences/${id}`, 'acme')).toMatchObject({ code: 'unknown-silence' });

    const ended = await ask('delete', `/api/silences/${id}`, '/api/silences/{id}', {});
    expect(await read(`/api/silences/${id}?atLeast=${positionOf(ended)}`)).toMatchObject({
      ...{ state: 'expired', expired_by: 'person:local', expired_at: NOW },
    });
    expect([await listed('?state=standing'), await listed('?state=expired')]).toEqual([[], [id]]);
    const again = await ask('delete', '/api/silences/nobody', '/api/silences/{id}', {});
    expect([again.status, again.body['refused']]).toEqual([409, 'silence-unknown']);
  });

  it('is, under one key, one silence', async () => {
    const headers = { 'idempotency-key': 'works-1' };
    const body = { matchers: MATCHERS, from: NOW, for_ms: 60_000, comment: 'Once.' };
    const [first, second] = [await silence(body, headers), await silence(body, headers)];
    expect([second.status, second.body['silence_id']]).toEqual([200, first.body['silence_id']]);
    const now = { matchers: MATCHERS, for_ms: 60_000, comment: 'Once.' };
    expect((await silence(now, { 'idempotency-key': 'works-2' })).body['errors']).toMatchObject([
      { pointer: '/body/from' },
    ]);
  });

  it('is a remark, an end by hand, or silence about one scope', async () => {
    const about = (what: string, body: object) =>
      ask('post', `/api/escalations/${SCOPE}/${what}`, `/api/escalations/{scope}/${what}`, body);
    expect((await about('comment', { text: 'Called them.' })).body).toMatchObject({ command: 'CommentEpisode' });
    expect((await about('resolve', { reason: 'We switched.' })).body).toMatchObject({ command: 'ResolveEpisode' });
    expect((await about('resolve', { reason: NOT_LIKE_THIS })).body['refused']).toBe('episode-not-open');
    const made = await about('silence', { comment: 'Known.', for_ms: 60_000 });
    expect(await read(`/api/silences/${String(made.body['silence_id'])}?atLeast=${positionOf(made)}`)).toMatchObject({
      matchers: [{ label: 'scope', op: '=', value: SCOPE }],
    });
    expect((await about('ack', {})).body['code']).toBe('invalid-body');
  });

  it.each<[object, string]>([
    [{ matchers: [], for_ms: 60_000, comment: 'x' }, '/body/matchers'],
    [{ matchers: [{ label: 'a b', op: '=', value: 'c' }], for_ms: 60_000, comment: 'x' }, '/body/matchers/0/label'],
    [{ matchers: MATCHERS, for_ms: 60_000 }, '/body/comment'],
    [{ matchers: MATCHERS, comment: 'x' }, '/body/until'],
    [{ matchers: MATCHERS, comment: 'x', for_ms: 1, until: NOW }, '/body/for_ms'],
    [{ matchers: MATCHERS, comment: 'x', until: 'tomorrow' }, '/body/until'],
    [{ matchers: MATCHERS, comment: 'x', for_ms: 31 * 86_400_000 }, '/body/for_ms'],
    [{ matchers: MATCHERS, comment: 'x', for_ms: 60_000, every: 'year' }, '/body/every'],
  ])('is not %j, which is refused at %s', async (body, pointer) => {
    const answer = await silence(body);
    expect([answer.status, answer.body['errors']]).toEqual([400, [expect.objectContaining({ pointer })]]);
  });

  it('is a policy, by whoever has seen its newest version', async () => {
    const change = (body: object, headers: Readonly<Record<string, string>>) =>
      door.ask('put', { path: '/api/policies/quiet-hours', route: '/api/policies/{kind}', body, headers });
    const acme = { 'tocsin-tenant': 'acme' };
    const policy = { zone: 'Europe/Berlin', windows: [{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }] };
    const look = (path: string) => fetch(`${house.url}${path}`, { headers: acme });
    const before = await look('/api/policies/quiet-hours');
    expect([before.headers.get('etag'), await before.json()]).toEqual([
      '"0"',
      expect.objectContaining({ tenant: 'acme', version: 0, changed_by: null }),
    ]);

    const made = await change({ policy, reason: 'Weekends.' }, { ...acme, 'if-match': '"0"' });
    const after = await look(`/api/policies/quiet-hours?atLeast=${positionOf(made)}`);
    expect([made.status, after.headers.get('etag'), await after.json()]).toEqual([
      ...[200, '"1"'],
      expect.objectContaining({ version: 1, policy, reason: 'Weekends.', changed_by: 'person:local' }),
    ]);
    const late = await change({ policy, reason: 'Again.' }, { ...acme, 'if-match': '"0"' });
    expect([late.status, late.body['refused']]).toEqual([409, 'policy-changed-meanwhile']);

    const wrong = await change({ policy: { ...policy, zone: 7, windoes: [] }, reason: 'x' }, acme);
    expect([
      wrong.status,
      (wrong.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort(),
    ]).toEqual([...[400, ['/body/policy/windoes', '/body/policy/zone']]]);
    const versions = (await (await look('/api/policies/quiet-hours/versions')).json()) as { items: object[] };
    expect(versions.items).toMatchObject([{ version: 1 }]);
    expect(await read('/api/policies/quiet-hours')).toMatchObject({ tenant: 'shared', version: 0 });
    expect(await read('/api/policies/escalation', 'acme')).toMatchObject({ tenant: 'shared' });
    expect(await read('/api/policies/nothing')).toMatchObject({ code: 'invalid-query' });
  });

  describe('through Alertmanager’s API', () => {
    const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${house.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    const theirs = () => ({
      matchers: [{ name: 'symbol', value: 'EUR.*', isRegex: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      ...{ createdBy: 'dana', comment: 'Theirs.' },
    });
    const silences = () =>
      read<{ id: string; status: { state: string }; comment: string; startsAt: string }[]>('/api/v2/silences');
    const standing = async () => (await silences()).filter(({ comment }) => comment.startsWith('Theirs.'));

    it('a silence of the wall clock holds in the time that is played, and moves when it is changed', async () => {
      const { silenceID } = (await (await post('/api/v2/silences', theirs())).json()) as { silenceID: string };
      await house.until('it is told of', async () => (await standing()).length === 1);
      const [made] = await standing();
      expect(made).toMatchObject({
        ...{ id: silenceID, status: { state: 'active' }, comment: 'Theirs. (dana)', createdBy: 'person:local' },
        matchers: [{ name: 'symbol', value: 'EUR.*', isRegex: true, isEqual: true }],
      });
      // Ours stands in 2014; theirs is told how long ago by their own.
      expect(Math.abs(Date.parse(made?.startsAt ?? '') - Date.now())).toBeLessThan(60_000);
      const { from } = await read<{ from: string }>(`/api/silences/${silenceID}`);
      expect(Math.abs(Date.parse(from) - Date.parse(NOW))).toBeLessThan(60_000);

      const changed = await post('/api/v2/silences', { ...theirs(), id: silenceID, comment: 'Theirs. (dana)' });
      expect(((await changed.json()) as { silenceID: string }).silenceID).not.toBe(silenceID);
      await house.until('both are told of', async () => (await standing()).length === 2);
      await house.until('the first is over', async () => (await standing()).at(-1)?.status.state === 'expired');
      expect((await standing()).map(({ comment }) => comment)).toEqual(['Theirs. (dana)', 'Theirs. (dana)']);
      const one = await fetch(`${house.url}/api/v2/silence/${silenceID}`);
      expect([one.status, await one.json()]).toMatchObject([200, { id: silenceID, status: { state: 'expired' } }]);
    });

    it('a window that comes back is not made one that does not by whoever only moves it', async () => {
      const window = { kind: 'maintenance', every: 'week', from: NOW, for_ms: 3_600_000, comment: 'Each week.' };
      const made = await silence({ ...window, matchers: MATCHERS });
      const id = String(made.body['silence_id']);
      await read(`/api/silences/${id}?atLeast=${positionOf(made)}`);
      const answer = await post('/api/v2/silences', { ...theirs(), id, comment: 'Moved.' });
      expect([answer.status, await answer.json()]).toEqual([400, expect.stringContaining('comes back')]);
      expect((await silences()).map(({ comment }) => comment)).not.toContain('Moved. (dana)');
      expect(await read(`/api/silences/${id}`)).toMatchObject({ state: 'active', every: 'week' });
    });

    it('says in a sentence what it does not do', async () => {
      const answered = async (answer: Response) => [answer.status, typeof (await answer.json())];
      expect(await answered(await post('/api/v2/silences', { ...theirs(), matchers: [] }))).toEqual([400, 'string']);
      expect(await answered(await post('/api/v2/silences', { ...theirs(), comment: NOT_LIKE_THIS }))).toEqual([
        400,
        'string',
      ]);
      expect(await answered(await post('/api/v2/silences', '{'))).toEqual([400, 'string']);
      expect(await answered(await post('/api/v2/silences', theirs(), { 'x-forwarded-for': '1.2.3.4' }))).toEqual([
        403,
        'string',
      ]);
      expect(await answered(await post('/api/v2/alerts', { labels: {} }))).toEqual([400, 'string']);
      const before = (await silences()).length;
      for (const id of ['nobody', 'no id at all!'])
        expect(await answered(await post('/api/v2/silences', { ...theirs(), id }))).toEqual([404, 'string']);
      expect(await silences()).toHaveLength(before);
      const nobody = await fetch(`${house.url}/api/v2/silence/nobody`, { method: 'DELETE' });
      expect(await answered(nobody)).toEqual([404, 'string']);
      expect(await answered(await fetch(`${house.url}/api/v2/silence/nobody`))).toEqual([404, 'string']);
    });

    it('takes what it can read, says what it cannot, and never breaks over a body', async () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.constantFrom('', '0001-01-01T00:00:00Z', '\u0000'),
      );
      const labels = fc.oneof(fc.dictionary(text, fc.oneof(text, fc.integer())), fc.constant(null));
      const alert = fc.record(
        { labels, annotations: labels, startsAt: text, endsAt: text, status: text, generatorURL: fc.anything() },
        { requiredKeys: [] },
      );
      const matcher = fc.record(
        { name: text, value: text, isRegex: fc.boolean(), isEqual: fc.oneof(fc.boolean(), text) },
        { requiredKeys: [] },
      );
      const silence = fc.record(
        {
          id: text,
          matchers: fc.array(matcher, { maxLength: 3 }),
          startsAt: text,
          endsAt: text,
          createdBy: text,
          comment: text,
        },
        { requiredKeys: [] },
      );
      const asked: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
        fc.tuple(fc.constant('/api/v2/alerts'), fc.oneof(fc.array(alert, { maxLength: 3 }), fc.jsonValue())),
        fc.tuple(fc.constant('/api/v2/silences'), fc.oneof(silence, fc.jsonValue())),
        fc.tuple(
          fc.constant(`/hooks/alertmanager/${TOKEN}`),
          fc.oneof(
            fc.record({ version: fc.constantFrom('4', 4), alerts: fc.array(alert, { maxLength: 3 }) }),
            fc.jsonValue(),
          ),
        ),
      );
      await fc.assert(
        fc.asyncProperty(asked, async ([path, body]) => {
          const answer = await post(path, JSON.stringify(body));
          await answer.text();
          expect([200, 202, 400]).toContain(answer.status);
        }),
        { numRuns: 60 },
      );
    });

    it('alerts of Prometheus and of Alertmanager’s webhook become one episode, and end', async () => {
      const labels = { alertname: 'DiskFull', severity: 'critical', instance: 'db-1' };
      const alert = { labels, annotations: { summary: 'Full.' }, startsAt: new Date().toISOString() };
      const away = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '10.0.0.9' };
      for (let time = 0; time < 3; time += 1) expect((await post('/api/v2/alerts', [alert], away)).status).toBe(200);
      expect((await post('/api/v2/alerts', [alert], { ...away, authorization: 'Bearer wrong' })).status).toBe(403);
      const episodes = () =>
        read<{ items: { scope: string; level: string; labels: object }[] }>(
          '/api/escalations?scope_kind=alert&status=standing',
        );
      await house.until('the alert stands', async () => (await episodes()).items.length === 1);
      expect((await episodes()).items).toMatchObject([
        { level: 'CRITICAL', labels, cause: 'Full.', subject: { alert_name: 'DiskFull' } },
      ]);
      expect(await read('/api/v2/alerts?filter=instance%3Ddb-1')).toMatchObject([
        { labels: { ...labels, level: 'CRITICAL', scope_kind: 'alert' }, status: { state: 'active' } },
      ]);
      const reported = async () =>
        (await house.database().query(`SELECT FROM request WHERE command = 'ReportAlert'`)).rows.length;
      expect(await reported()).toBeLessThanOrEqual(2); // Two where five minutes of the wall clock just ended.

      const group = {
        version: '4',
        status: 'resolved',
        receiver: 'tocsin',
        alerts: [{ ...alert, status: 'resolved' }],
      };
      expect((await post(`/hooks/alertmanager/${TOKEN}`, group)).status).toBe(202);
      expect((await post('/hooks/alertmanager/not-a-token-of-ours', group)).status).toBe(404);
      expect((await post(`/hooks/alertmanager/${TOKEN}`, { ...group, version: '5' })).status).toBe(400);
      await house.until('the alert is over', async () => (await episodes()).items.length === 0);
    });

    it('an alert that never says when it began is told of again when it fires again', async () => {
      const reported = async () =>
        (await house.database().query(`SELECT FROM request WHERE command = 'ReportAlert'`)).rows.length;
      const before = await reported();
      const labels = { alertname: 'QueueFull' };
      const over = { labels, endsAt: new Date(Date.now() - 1_000).toISOString() };
      for (const alert of [{ labels }, over, { labels }])
        expect((await post('/api/v2/alerts', [alert])).status).toBe(200);
      expect((await reported()) - before).toBe(3);
    });

    if ('amtool' in tool)
      it('amtool adds a silence, finds it, and ends it', async () => {
        const amtool = async (...words: readonly string[]) =>
          (await promisify(execFile)(tool.amtool, [`--alertmanager.url=${house.url}`, ...words])).stdout.trim();
        const id = await amtool(
          'silence',
          'add',
          '--comment=By amtool.',
          '--author=erin',
          '--duration=2h',
          'symbol=GBPUSD',
          'level=~"WARN|ERROR"',
        );
        expect(id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        const query = async (...words: readonly string[]) =>
          JSON.parse(await amtool('-o', 'json', 'silence', 'query', ...words)) as { id: string; comment: string }[];
        await house.until('amtool finds it', async () => (await query('symbol=GBPUSD')).length === 1);
        expect(await query('symbol=GBPUSD')).toMatchObject([{ id, comment: 'By amtool. (erin)' }]);
        expect(await amtool('silence', 'query', '-q', 'symbol=GBPUSD')).toBe(id);
        await amtool('silence', 'expire', id);
        await house.until('it is over', async () => (await query('symbol=GBPUSD')).length === 0);
        expect(await query('--expired', 'symbol=GBPUSD')).toMatchObject([{ id }]);
        await expect(amtool('silence', 'expire', 'no-such-silence')).rejects.toThrow(/404/);
      });
  });
});
