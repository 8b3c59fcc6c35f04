import 'reflect-metadata';
import type { EventLog } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import { Api } from './api.ts';
import { openCounter } from './counter.ts';
import { DocumentedDoor } from './documented-door.ts';
import { feedAdded } from './facts.ts';
import { Ground } from './ground.ts';
import { openQueryHouse } from './query-house.ts';

type Body = Readonly<Record<string, unknown>>;

const signal = { type: 'trading_signal', symbol: 'BRK.B', timeframe: '1d' };

/** Real NATS, real PostgreSQL; the service that takes tasks on is a small one of the test's own. */
describe('what is asked of agents', () => {
  let house: House;
  let counter: EventLog;
  let door: DocumentedDoor;
  beforeEach(async () => {
    house = await openQueryHouse({ plays: ['ingestion', 'escalation', 'notification'] });
    counter = await openCounter(house.wiring('analysis-0'));
    // Played history has a time only once something was said of it.
    const { service, time, event } = feedAdded();
    await house.say(service, time, event);
    await house.quiet();
    door = await DocumentedDoor.of(house.url);
  });
  afterEach(async () => {
    await counter.close();
    await house.close();
  });

  const ask = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    door.post(path, path.replace(/^\/api\/agents\/[^/]*/, '/api/agents/{id}'), body, headers);
  const read = async (path: string): Promise<Body> => (await (await fetch(`${house.url}${path}`)).json()) as Body;
  it('is a task, found under its id where the answer says', async () => {
    const { status, headers, body } = await ask('/api/tasks', {
      ...signal,
      bar_ts: '2014-05-06T11:45:00+02:00',
      question: 'Is this a spring?',
    });
    expect([status, body['status'], body['command']]).toEqual([200, 'done', 'SubmitTask']);
    const position = headers.get('log-position') ?? '';
    expect(await read(`/api/tasks/${String(body['task_id'])}?atLeast=${position}`)).toMatchObject({
      ...{ task_type: 'trading_signal', pair: 'BRK=2EB-1d', symbol: 'BRK.B', timeframe: '1d', status: 'queued' },
      ...{ bar_ts: '2014-05-06T09:45:00.000Z', question: 'Is this a spring?', submitted_by: 'person:local' },
    });
  });

  it('is the same task under the same key, and another under another or none', async () => {
    const first = await ask('/api/tasks', signal, { 'idempotency-key': 'one' });
    const again = await ask('/api/tasks', signal, { 'idempotency-key': 'one' });
    expect([again.status, again.body['task_id'], again.body['id']]).toEqual([
      200,
      first.body['task_id'],
      first.body['id'],
    ]);
    const other = await ask('/api/tasks', signal, { 'idempotency-key': 'two' });
    expect(other.body['task_id']).not.toBe(first.body['task_id']);
    const taken = await ask('/api/tasks', { ...signal, timeframe: '1h' }, { 'idempotency-key': 'two' });
    expect([taken.status, taken.body['code']]).toEqual([422, 'key-taken']);
    expect((await read('/api/tasks'))['items']).toHaveLength(2);
  });

  it('is answered 503 with the time to come again when too many tasks wait, and the log says so', async () => {
    await ask('/api/tasks', signal);
    await ask('/api/tasks', signal);
    const { status, headers, body } = await ask('/api/tasks', signal);
    expect([status, headers.get('retry-after')]).toEqual([503, '60']);
    expect(body).toMatchObject({
      code: 'queue-full',
      refused: 'queue-full',
      detail: expect.stringContaining('2 tasks') as unknown,
    });
    expect(headers.get('log-position')).toMatch(/^LOG_ANALYSIS:\d+$/);
    expect(await read(`/api/requests/${String(body['request'])}`)).toMatchObject({
      ...{ status: 'refused', refused: 'queue-full' },
    });
    expect((await read('/api/tasks'))['items']).toHaveLength(2);
  });

  it('is answered 202 with the task’s id where nobody wants to wait', async () => {
    const { status, headers, body } = await ask('/api/tasks', signal, { prefer: 'respond-async' });
    expect([status, headers.get('location')]).toEqual([202, `/api/requests/${String(body['id'])}`]);
    expect(body['task_id']).toEqual(expect.any(String));
  });

  it('is a right that an agent has from then on', async () => {
    const { status, headers } = await ask('/api/agents/agent-7/grants', { capabilities: ['trading_signal'] });
    const position = headers.get('log-position') ?? '';
    expect(status).toBe(200);
    expect((await read(`/api/agents?atLeast=${position}`))['items']).toMatchObject([
      { agent_id: 'agent-7', liveness: 'unregistered', grants: ['trading_signal'], can_do: [] },
    ]);
  });

  it('is to leave, of an agent that is there', async () => {
    expect((await ask('/api/agents/agent-7/retire', {})).status).toBe(200);
    const { status, body } = await ask('/api/agents/agent-8/retire', {});
    expect([status, body['code'], body['refused']]).toEqual([409, 'request-refused', 'agent-unknown']);
  });
});

describe('what is asked of agents and is not as it must be', () => {
  let ground: Ground;
  let api: Api;
  beforeAll(async () => {
    ground = await Ground.open();
    api = await Api.open(ground.url);
  });
  afterAll(async () => {
    expect((await ground.database.query('SELECT FROM request')).rows).toEqual([]);
    await api.close();
    await ground.close();
  });

  const ask = async (url: string, body: object, remoteAddress = '127.0.0.1') => {
    const headers = { 'content-type': 'application/json' };
    const answer = await api.app?.inject({
      method: 'POST',
      url,
      headers,
      payload: JSON.stringify(body),
      remoteAddress,
    });
    if (answer === undefined) throw new Error('the API is open');
    return answer.json<{ status: number; code: string; errors?: readonly { readonly pointer: string }[] }>();
  };

  it.each<[string, object, readonly string[]]>([
    ['/api/tasks', {}, ['/body/type', '/body/symbol', '/body/timeframe']],
    ['/api/tasks', { ...signal, type: 'poetry' }, ['/body/type']],
    ['/api/tasks', { ...signal, bar_ts: '2014-02-30T00:00:00Z' }, ['/body/bar_ts']],
    ['/api/tasks', { ...signal, bar_ts: '2014-05-06T09:45:00.0005Z' }, ['/body/bar_ts']],
    ['/api/tasks', { ...signal, question: '' }, ['/body/question']],
    ['/api/tasks', { ...signal, question: 'a\nb' }, ['/body/question']],
    ['/api/tasks', { ...signal, symbol: './'.repeat(28) }, ['/body/symbol']],
    ['/api/tasks', { ...signal, taskId: 'mine' }, ['/body/taskId']],
    ['/api/agents/agent-7/grants', {}, ['/body/capabilities']],
    ['/api/agents/agent-7/grants', { capabilities: ['A b'] }, ['/body/capabilities/0']],
    ['/api/agents/agent-7/grants', { capabilities: Array(65).fill('a') }, ['/body/capabilities']],
    ['/api/agents/agent%207/grants', { capabilities: [] }, ['/path/id']],
    ['/api/agents/agent-7/retire', { reason: 'old' }, ['/body/reason']],
  ])('is refused with the place of every mistake: %s %j', async (path, body, pointers) => {
    const { status, errors = [] } = await ask(path, body);
    expect([status, errors.map(({ pointer }) => pointer).sort()]).toEqual([400, [...pointers].sort()]);
  });

  it('is refused to everyone but this machine', async () => {
    for (const url of ['/api/tasks', '/api/agents/agent-7/grants', '/api/agents/agent-7/retire'])
      expect((await ask(url, {}, '10.0.0.1')).code).toBe('not-from-here');
  });
});
