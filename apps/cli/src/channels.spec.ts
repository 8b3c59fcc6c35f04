import { PlayedApi } from '../test/played-api.ts';

const TEST = 'POST /api/channels/desk/test';

describe('tocsin channels', () => {
  let api: PlayedApi;
  beforeEach(async () => {
    api = await PlayedApi.open();
  });
  afterEach(() => api.close());

  it('lists them', async () => {
    const desk = { id: 'desk', kind: 'slack', name: 'Trading desk', enabled: true, min_level: 'WARN' };
    api.answer('GET /api/channels', { items: [desk], next_cursor: null });
    expect((await api.tocsin(['channels', 'list', '--kind', 'slack'])).out).toEqual([
      'ID    KIND   NAME          ENABLED  FROM  CHANGED  BY',
      'desk  slack  Trading desk  true     WARN  -        -',
    ]);
  });

  it('says whether a test arrived, and ends so that a program can tell', async () => {
    const sent = { status: 'delivered', attempts: 1, receipt: '201', error_code: null, error_message: null };
    api.answer(TEST, { id: 'r', status: 'done', delivery: sent });
    expect(await api.tocsin(['channels', 'test', 'desk'])).toEqual({
      code: 0,
      out: ['desk: it arrived (201)'],
      err: [],
    });
    const failed = { ...sent, status: 'retrying', error_code: 'HTTP_403', error_message: 'invalid_token' };
    api.answer(TEST, { id: 'r', status: 'done', delivery: failed });
    expect(await api.tocsin(['channels', 'test', 'desk'])).toEqual({
      ...{ code: 1, out: ['desk: it did not arrive: HTTP_403, invalid_token'], err: [] },
    });
    api.answer(TEST, { id: 'r', status: 'done', delivery: { ...sent, status: 'intended', attempts: 0 } });
    expect(await api.tocsin(['channels', 'test', 'desk'])).toEqual({
      ...{ code: 5, out: [], err: ['desk: not tried yet; notifications list --channel desk will tell'] },
    });
    api.answer(TEST, { id: 'r', status: 'done', delivery: null });
    expect(await api.tocsin(['channels', 'test', 'desk'])).toMatchObject({ code: 5, out: [] });
    api.answer(TEST, { code: 'request-refused', refused: 'channel-unknown', detail: 'There is none.' }, 409);
    expect((await api.tocsin(['channels', 'test', 'desk'])).code).toBe(4);
  });
});
