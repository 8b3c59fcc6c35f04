import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlayedApi } from '../test/played-api.ts';

const EPISODE = {
  ...{ scope: 'pair-EURUSD-15m', level: 'ERROR', peak: 'CRITICAL', status: 'acknowledged' },
  ...{
    opened_at: '2014-05-06T10:15:00.000Z',
    cleared_at: null,
    cause: 'Two bars failed.',
    acknowledged: { by: 'dana' },
  },
};
const DONE = { id: 'r-1', status: 'done', because: null };

describe('tocsin escalations', () => {
  let api: PlayedApi;
  beforeEach(async () => {
    api = await PlayedApi.open();
  });
  afterEach(() => api.close());

  it('lists what stands, for a person', async () => {
    api.answer('GET /api/escalations', { items: [EPISODE], next_cursor: null });
    expect(await api.tocsin(['escalations', 'list'])).toEqual({
      code: 0,
      out: [
        'SCOPE            LEVEL  PEAK      STATUS        SINCE                 TAKEN BY  CAUSE',
        'pair-EURUSD-15m  ERROR  CRITICAL  acknowledged  2014-05-06 10:15:00Z  dana      Two bars failed.',
      ],
      err: [],
    });
    expect(api.heard).toEqual([{ method: 'GET', url: '/api/escalations?status=standing&limit=50', body: null }]);
    api.answer('GET /api/escalations', { items: [], next_cursor: null });
    expect(await api.tocsin(['escalations', 'list'])).toMatchObject({ code: 0, out: [], err: ['no such episodes'] });
  });

  it('lists as many as are wanted over as many pages as that takes, for a program', async () => {
    api.answer('GET /api/escalations', { items: [{ scope: 'a' }, { scope: 'b' }], next_cursor: 'more' });
    api.answer('GET /api/escalations', { items: [{ scope: 'c' }], next_cursor: null });
    const { out } = await api.tocsin(['escalations', 'list', '--status', 'all', '--level', 'WARN', '--json']);
    expect(out).toEqual(['{"scope":"a"}', '{"scope":"b"}', '{"scope":"c"}']);
    expect(api.heard.map(({ url }) => url)).toEqual([
      '/api/escalations?level=WARN&limit=50',
      '/api/escalations?level=WARN&limit=48&cursor=more',
    ]);
  });

  it('shows one with its timeline', async () => {
    const raised = {
      at: '2014-05-06T10:15:00.000Z',
      event: 'EpisodeRaised',
      level: 'ERROR',
      actor: null,
      because: 'b',
    };
    api.answer('GET /api/escalations/pair-EURUSD-15m', { episode: EPISODE, timeline: [raised] });
    expect((await api.tocsin(['escalations', 'show', 'pair-EURUSD-15m'])).out).toEqual([
      'pair-EURUSD-15m: ERROR, acknowledged, at worst CRITICAL',
      '  since  2014-05-06 10:15:00Z, until -',
      '  cause  Two bars failed.',
      '  AT                    WHAT           LEVEL  WHO  WHY',
      '  2014-05-06 10:15:00Z  EpisodeRaised  ERROR  -    b',
    ]);
  });

  it('shows the newest lines of a long timeline, and says that there are more', async () => {
    const timeline = Array.from({ length: 4 }, (_, n) => ({ at: `2014-05-06T10:15:0${n}.000Z`, event: `Line${n}` }));
    api.answer('GET /api/escalations/service-x', { episode: EPISODE, timeline, timeline_left_out: 7 });
    const { out, err } = await api.tocsin(['escalations', 'show', 'service-x', '--limit', '1']);
    expect(out).toHaveLength(5);
    expect(out.at(-1)).toContain('Line3');
    expect(err).toEqual(['10 earlier lines are not shown']);
  });

  it.each([
    [['ack', 'service-x', '--reason', 'Mine.', '--for', '2h'], 'ack', { reason: 'Mine.', ttl_ms: 7_200_000 }],
    [['ack', 'service-x', '--reason', 'Mine.'], 'ack', { reason: 'Mine.' }],
    [['resolve', 'service-x', '--reason', 'Over.'], 'resolve', { reason: 'Over.' }],
    [['comment', 'service-x', 'Called', 'them.'], 'comment', { text: 'Called them.' }],
    [
      ['silence', 'service-x', '--for', '30m', '--reason', 'Works.'],
      'silence',
      { comment: 'Works.', for_ms: 1_800_000 },
    ],
  ])('asks for what %j says', async (words, what, body) => {
    api.answer(`POST /api/escalations/service-x/${what}`, DONE);
    const source = { TOCSIN_URL: api.url, TOCSIN_TENANT: 'acme' };
    expect(await api.tocsin(['escalations', ...words], source)).toEqual({ code: 0, out: ['done'], err: [] });
    const url = `/api/escalations/service-x/${what}`;
    expect(api.heard).toEqual([{ method: 'POST', url, tenant: 'acme', body }]);
  });

  it('ends with a code that tells what became of it', async () => {
    const ack = ['escalations', 'ack', 'service-x', '--reason', 'Mine.'];
    const path = 'POST /api/escalations/service-x/ack';
    api.answer(path, { ...DONE, status: 'unchanged' });
    expect(await api.tocsin(ack)).toMatchObject({ code: 0, out: ['nothing to change'] });
    api.answer(path, { ...DONE, status: 'pending' }, 202);
    expect(await api.tocsin(ack)).toMatchObject({
      ...{ code: 5, err: ['not answered yet; GET /api/requests/r-1 will tell what became of it'] },
    });
    api.answer(path, { code: 'request-refused', refused: 'episode-not-open', detail: 'It is over.' }, 409);
    expect(await api.tocsin(ack)).toMatchObject({ code: 4, err: ['tocsin: episode-not-open: It is over.'] });
    api.answer(path, { code: 'invalid-query', detail: '/path/scope is none.' }, 400);
    expect(await api.tocsin([...ack, '--json'])).toMatchObject({
      ...{ code: 2, out: ['{"outcome":"usage","because":"/path/scope is none.","remedy":null}'] },
    });
    api.answer(path, { code: 'unavailable', detail: 'The database does not answer.' }, 503);
    expect((await api.tocsin(ack)).code).toBe(3);
    api.answer(path, { hello: 'world' }, 418);
    expect(await api.tocsin(ack)).toMatchObject({ code: 3 });
    expect(await api.tocsin(['escalations', 'ack', 'service-x', '--reason', 'x', '--for', '2'])).toMatchObject({
      code: 2,
    });
    expect(await api.tocsin(ack, { TOCSIN_URL: 'http://127.0.0.1:1' })).toMatchObject({ code: 3 });
  });

  it('finds the API of the npm start that runs on its folder', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tocsin-cli-'));
    const source = { TOCSIN_DATA: directory };
    try {
      expect((await api.tocsin(['notifications', 'list'], source)).err.join()).toContain('TOCSIN_URL is not set');
      await writeFile(join(directory, 'run.json'), JSON.stringify({ pid: 1, api: api.url }));
      api.answer('GET /api/notifications', {
        items: [{ channel_id: 'ops-log', status: 'delivered' }],
        next_cursor: null,
      });
      const { code, out } = await api.tocsin(['notifications', 'list', '--channel', 'ops-log'], source);
      expect([code, out.length, out[1]]).toEqual([0, 2, expect.stringContaining('ops-log')]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
