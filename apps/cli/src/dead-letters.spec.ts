import { PlayedApi } from '../test/played-api.ts';

const LETTER = {
  ...{ notification_id: 'esc:e:ERROR:ops:0', channel_id: 'ops', level: 'ERROR', attempts: 42, title: 'ERROR: x' },
  ...{ error_message: 'answered 503', relevance: { age_s: 7_300, is_over: false, is_too_old: false } },
};
const ONE = 'POST /api/dead-letters/esc%3Ae%3AERROR%3Aops%3A0/redrive';

describe('tocsin dead-letters', () => {
  let api: PlayedApi;
  beforeEach(async () => {
    api = await PlayedApi.open();
  });
  afterEach(() => api.close());

  it.each([
    [{ age_s: 90, is_over: false, is_too_old: false }, '1 min', 'yes'],
    [{ age_s: 7_300, is_over: true, is_too_old: false }, '2 h', 'no: over'],
    [{ age_s: 200_000, is_over: false, is_too_old: true }, '2 d', 'no: too old'],
  ])('lists one of %j as %s old and worth it: %s', async (relevance, age, worth) => {
    api.answer('GET /api/dead-letters', { items: [{ ...LETTER, relevance }], next_cursor: null });
    const [head = '', row = ''] = (await api.tocsin(['dead-letters', 'list'])).out;
    expect(row.slice(head.indexOf('AGE'), head.indexOf('WORTH')).trim()).toBe(age);
    expect(row.slice(head.indexOf('WORTH'), head.indexOf('TITLE')).trim()).toBe(worth);
  });

  it('has one tried again, or says what would happen', async () => {
    api.answer(ONE, { status: 'unchanged', because: null });
    const words = ['dead-letters', 'redrive', 'esc:e:ERROR:ops:0', '--reason', 'Back.'];
    expect(await api.tocsin([...words, '--dry-run'])).toMatchObject({ code: 0, out: ['nothing to change'] });
    api.answer(ONE, { code: 'request-refused', refused: 'episode-over', detail: 'It is over.' }, 409);
    expect((await api.tocsin(words)).code).toBe(4);
    api.answer(ONE, { status: 'done', because: null });
    expect(await api.tocsin([...words, '--force'])).toMatchObject({ code: 0, out: ['done'] });
    expect(api.heard.map(({ body }) => body)).toEqual([
      { reason: 'Back.', force: false, rehearse: true },
      { reason: 'Back.', force: false, rehearse: false },
      { reason: 'Back.', force: true, rehearse: false },
    ]);
  });

  it('has all of them tried again, and tells which are refused', async () => {
    const items = [LETTER, { ...LETTER, notification_id: 'two' }];
    api.answer('GET /api/dead-letters', { items, next_cursor: null });
    api.answer(ONE, { status: 'done' });
    api.answer(
      'POST /api/dead-letters/two/redrive',
      { code: 'request-refused', refused: 'too-old', detail: 'Old.' },
      409,
    );
    expect(await api.tocsin(['dead-letters', 'redrive', '--all', '--channel', 'ops', '--reason', 'Back.'])).toEqual({
      ...{ code: 1, out: ['1 message will be tried again, 1 refused'], err: ['two: too-old: Old.'] },
    });
    expect(await api.tocsin(['dead-letters', 'redrive', '--reason', 'x'])).toMatchObject({ code: 2 });
  });
});
