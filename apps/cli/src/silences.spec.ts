import { PlayedApi } from '../test/played-api.ts';

describe('tocsin silences', () => {
  let api: PlayedApi;
  beforeEach(async () => {
    api = await PlayedApi.open();
  });
  afterEach(() => api.close());

  it('lists what is silenced, and why', async () => {
    const matchers = [
      { label: 'provider', op: '=', value: 'kraken' },
      { label: 'symbol', op: '=~', value: 'EUR.*' },
    ];
    const silence = {
      ...{ silence_id: 's-1', kind: 'silence', state: 'active', matchers, comment: 'Works.', created_by: 'dana' },
      window: { from: '2026-01-01T10:00:00.000Z', until: '2026-01-01T12:00:00.000Z' },
    };
    api.answer('GET /api/silences', { items: [silence], next_cursor: null });
    expect((await api.tocsin(['silences', 'list'])).out).toEqual([
      'ID   KIND     STATE   UNTIL                 WHAT                           BY    WHY',
      's-1  silence  active  2026-01-01 12:00:00Z  provider=kraken,symbol=~EUR.*  dana  Works.',
    ]);
    expect(api.heard[0]?.url).toBe('/api/silences?state=standing&limit=50');
  });

  it('creates one from conditions as people write them', async () => {
    api.answer('POST /api/silences', { status: 'done', silence_id: 's-2' });
    const words = [
      '--match',
      'provider=kraken',
      'symbol=~"EUR.*"',
      '--match',
      'level!=INFO',
      '--for',
      '2h',
      '--reason',
      'x',
    ];
    expect((await api.tocsin(['silences', 'create', ...words])).out).toEqual(['done', 'silence s-2']);
    expect(api.heard[0]?.body).toEqual({
      matchers: [
        { label: 'provider', op: '=', value: 'kraken' },
        { label: 'symbol', op: '=~', value: 'EUR.*' },
        { label: 'level', op: '!=', value: 'INFO' },
      ],
      ...{ for_ms: 7_200_000, comment: 'x' },
    });
    expect(await api.tocsin(['silences', 'create', '--match', 'kraken', '--for', '2h', '--reason', 'x'])).toMatchObject(
      {
        ...{ code: 2, out: [] },
      },
    );
  });

  it('ends one', async () => {
    api.answer('DELETE /api/silences/s-1', { status: 'done' });
    expect(await api.tocsin(['silences', 'expire', 's-1'])).toMatchObject({ code: 0, out: ['done'] });
    api.answer('DELETE /api/silences/s-1', { code: 'request-refused', refused: 'silence-over', detail: 'It is.' }, 409);
    expect((await api.tocsin(['silences', 'expire', 's-1'])).code).toBe(4);
  });
});
