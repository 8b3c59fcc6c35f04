import { validateEvent } from '@tocsin/contracts';
import { houseBook, HOUR_MS, inShort, MINUTE_MS, pair, POLICY, provider, SECOND_MS, Story } from './story.fixture.ts';

const eurusd = pair('EURUSD');
const gbpusd = pair('GBPUSD');
const twice = (title: string): readonly string[] => [title, title];
const thrice = (title: string): readonly string[] => [title, title, title];

describe('an episode', () => {
  it('T-7: that ends before anybody was told of it is not told, nor is its end', async () => {
    const story = new Story();
    await story.raise(eurusd, 'WARN');
    await story.clear(eurusd);
    expect(await story.pass(HOUR_MS)).toEqual([]);
    expect(story.desk.said.at(-1)).toMatchObject({ type: 'NoticeEnded', data: { peak: null } });
  });

  it('T-8: that fails three times is told at WARN, ERROR and CRITICAL, and on every channel once at CRITICAL', async () => {
    const story = new Story();
    await story.raise(eurusd, 'WARN');
    await story.pass(15 * MINUTE_MS);
    await story.raise(eurusd, 'ERROR');
    await story.pass(15 * MINUTE_MS);
    await story.raise(eurusd, 'CRITICAL');
    await story.pass(15 * MINUTE_MS);
    expect(inShort(story.sent)).toEqual([
      'escalation WARN log',
      'escalation ERROR log',
      'escalation ERROR webhook',
      'escalation CRITICAL log',
      'escalation CRITICAL webhook',
      'escalation CRITICAL email',
    ]);
  });

  it('T-9: that flaps ten times, never twice good in a row, is told once', async () => {
    const story = new Story();
    await story.raise(eurusd, 'WARN');
    await story.pass(20 * 15 * MINUTE_MS);
    await story.clear(eurusd);
    await story.pass(HOUR_MS);
    expect(inShort(story.sent)).toEqual(['escalation WARN log', 'restoration INFO log']);
  });

  it('T-9: that comes back within 15 minutes ten times is told once, and its end once', async () => {
    const story = new Story();
    for (let time = 0; time < 10; time += 1) {
      await story.raise(eurusd, 'WARN');
      await story.pass(5 * MINUTE_MS);
      await story.clear(eurusd);
      await story.pass(5 * MINUTE_MS);
    }
    expect(inShort(story.sent)).toEqual(['escalation WARN log', 'restoration INFO log']);
  });

  it('T-10: is left alone by a weekend: nothing is told of it while nothing is said of it', async () => {
    const story = new Story();
    await story.raise(eurusd, 'WARN');
    await story.pass(MINUTE_MS);
    expect(await story.pass(62 * HOUR_MS)).toEqual([]);
    await story.raise(eurusd, 'ERROR');
    expect(inShort(await story.pass(MINUTE_MS))).toEqual(['escalation ERROR log', 'escalation ERROR webhook']);
  });

  it('T-11: is told at a higher rung although it is acknowledged, and once when that expires', async () => {
    const story = new Story(houseBook({ repeats: {} }));
    await story.raise(eurusd, 'ERROR');
    await story.pass(MINUTE_MS);
    await story.acknowledge(eurusd, 4 * HOUR_MS);
    await story.pass(HOUR_MS);
    expect(inShort(await story.raise(eurusd, 'CRITICAL'))).toEqual([
      'escalation CRITICAL log',
      'escalation CRITICAL webhook',
      'escalation CRITICAL email',
    ]);
    expect(await story.pass(3 * HOUR_MS - 1)).toEqual([]);
    expect(inShort(await story.pass(24 * HOUR_MS))).toEqual([
      'reminder CRITICAL log #1',
      'reminder CRITICAL webhook #1',
      'reminder CRITICAL email #1',
    ]);
    expect(story.sent.at(-1)?.text).toMatch(/^dana had acknowledged it, and that has expired\. EURUSD 15m: /);
  });

  it('T-12: a provider in trouble is one message, and none of its pairs is, although each is kept track of', async () => {
    const story = new Story();
    const pairs = ['EURUSD', 'GBPUSD', 'USDJPY', 'BTCUSD'].map((symbol) => pair(symbol));
    for (const one of pairs) await story.raise(one, 'ERROR');
    await story.raise(provider('kraken'), 'WARN');
    expect(inShort(await story.pass(HOUR_MS))).toEqual(['escalation WARN log']);
    expect(story.sent[0]?.scope).toBe('provider-kraken');
    expect(story.desk.said.filter(({ type }) => type === 'NoticeHeld')).toHaveLength(4);
  });

  it('that stands when its provider is well again is told then, with all others in one message', async () => {
    const story = new Story();
    await story.raise(provider('kraken'), 'WARN');
    await story.pass(MINUTE_MS);
    for (const one of [eurusd, gbpusd, pair('USDJPY')]) await story.raise(one, 'ERROR');
    await story.pass(HOUR_MS);
    await story.clear(pair('USDJPY'));
    await story.clear(provider('kraken'));
    const sent = await story.pass(HOUR_MS);
    expect(inShort(sent)).toEqual(['escalation ERROR log', 'escalation ERROR webhook', 'restoration INFO log']);
    expect(sent[0]).toMatchObject({
      title: 'ERROR: 2 pairs of kraken',
      members: [{ about: 'EURUSD 15m' }, { about: 'GBPUSD 15m' }],
    });
  });

  it('of another provider is told while one is in trouble', async () => {
    const story = new Story();
    await story.raise(provider('kraken'), 'WARN');
    await story.raise(pair('DAX', 'xetra'), 'CRITICAL');
    expect(inShort(story.sent).filter((one) => one.includes('CRITICAL'))).toHaveLength(3);
  });

  it('that was told before its provider fell has its end told while the provider is down', async () => {
    const story = new Story();
    await story.raise(eurusd, 'CRITICAL');
    await story.raise(provider('kraken'), 'CRITICAL');
    await story.clear(eurusd);
    expect(inShort(story.sent.filter(({ scope }) => scope === eurusd.scope))).toEqual([
      'escalation CRITICAL log',
      'escalation CRITICAL webhook',
      'escalation CRITICAL email',
      'restoration INFO log',
      'restoration INFO webhook',
      'restoration INFO email',
    ]);
  });

  it('is repeated until somebody acknowledges it: hourly six times at CRITICAL, then daily', async () => {
    const story = new Story();
    await story.raise(eurusd, 'CRITICAL');
    const times = async (ms: number) => (await story.pass(ms)).filter(({ channelId }) => channelId === 'log').length;
    expect(await times(6 * HOUR_MS + MINUTE_MS)).toBe(6);
    expect(await times(18 * HOUR_MS - 2 * MINUTE_MS)).toBe(0);
    expect(await times(12 * HOUR_MS)).toBe(1);
    expect(story.sent.at(-1)).toMatchObject({ title: 'Still CRITICAL: EURUSD 15m', repeatIndex: 7 });
    await story.acknowledge(eurusd, 72 * HOUR_MS);
    expect(await times(72 * HOUR_MS - 1)).toBe(0);
  });

  it('that comes back is told only above its earlier peak, and yet repeated at CRITICAL', async () => {
    const story = new Story();
    await story.raise(eurusd, 'CRITICAL');
    await story.pass(10 * MINUTE_MS);
    await story.clear(eurusd);
    await story.pass(5 * MINUTE_MS);
    await story.raise(eurusd, 'WARN');
    await story.raise(eurusd, 'CRITICAL');
    expect(await story.pass(44 * MINUTE_MS)).toEqual([]);
    expect(inShort(await story.pass(2 * MINUTE_MS))).toEqual([
      'reminder CRITICAL log #1',
      'reminder CRITICAL webhook #1',
      'reminder CRITICAL email #1',
    ]);
  });

  it('whose end was not told yet when it came back has it told when it is over for good', async () => {
    const story = new Story();
    await story.raise(eurusd, 'WARN');
    await story.pass(MINUTE_MS);
    await story.clear(eurusd);
    await story.pass(10 * SECOND_MS);
    await story.raise(eurusd, 'WARN');
    expect(await story.pass(HOUR_MS)).toEqual([]);
    await story.clear(eurusd);
    expect(inShort(await story.pass(HOUR_MS))).toEqual(['restoration INFO log']);
  });
});

describe('what is held', () => {
  it('is not told while it is silenced, and is told afterwards if it stands', async () => {
    const story = new Story();
    story.silence('EURUSD', HOUR_MS);
    await story.raise(eurusd, 'CRITICAL');
    expect(await story.pass(HOUR_MS - 1)).toEqual([]);
    expect((await story.pass(MINUTE_MS)).map(({ title }) => title)).toEqual(thrice('CRITICAL: EURUSD 15m'));
  });

  it('is never told when it ends while it is silenced', async () => {
    const story = new Story();
    story.silence('EURUSD', HOUR_MS);
    await story.raise(eurusd, 'CRITICAL');
    await story.pass(MINUTE_MS);
    await story.clear(eurusd);
    expect(await story.pass(24 * HOUR_MS)).toEqual([]);
  });

  it('has its end told after the silence, where people were told before it', async () => {
    const story = new Story();
    await story.raise(eurusd, 'CRITICAL');
    story.silence('EURUSD', HOUR_MS);
    await story.clear(eurusd);
    expect(await story.pass(HOUR_MS - 1)).toEqual([]);
    expect(inShort(await story.pass(MINUTE_MS))).toEqual([
      'restoration INFO log',
      'restoration INFO webhook',
      'restoration INFO email',
    ]);
  });

  it('in quiet hours is everything but CRITICAL, and its end; the rest is told in the morning', async () => {
    const story = new Story();
    story.quietHours('09:00', '12:00'); // It is ten o'clock.
    await story.raise(eurusd, 'CRITICAL');
    await story.raise(gbpusd, 'ERROR');
    await story.pass(HOUR_MS / 2);
    await story.clear(eurusd);
    await story.pass(HOUR_MS);
    expect(new Set(story.sent.map(({ kind, scope }) => `${kind} ${scope}`))).toEqual(
      new Set([`escalation ${eurusd.scope}`, `restoration ${eurusd.scope}`]),
    );
    expect((await story.pass(HOUR_MS)).map(({ title }) => title)).toEqual(twice('ERROR: GBPUSD 15m'));
  });

  it('by one thing and then by another is held until both are over', async () => {
    const story = new Story();
    await story.raise(provider('kraken'), 'WARN');
    await story.raise(eurusd, 'ERROR');
    await story.pass(HOUR_MS);
    story.silence('EURUSD', HOUR_MS);
    await story.clear(provider('kraken'));
    const held = story.desk.said.flatMap(({ type, data }) => (type === 'NoticeHeld' ? [data.by] : []));
    expect(held).toEqual(['inhibition', 'silence']);
    await story.pass(HOUR_MS);
    expect((await story.pass(MINUTE_MS)).map(({ title }) => title)).toEqual(twice('ERROR: EURUSD 15m'));
  });
});

describe('a storm', () => {
  it('at CRITICAL is one message at once, and one more when half a minute is over', async () => {
    const story = new Story();
    const symbols = Array.from({ length: 40 }, (_, index) => `PAIR${index}`);
    for (const symbol of symbols) await story.raise(pair(symbol), 'CRITICAL');
    await story.pass(HOUR_MS / 2);
    const onLog = story.sent.filter(({ channelId }) => channelId === 'log');
    expect(onLog.map(({ members }) => members?.length ?? 1)).toEqual([1, 39]);
    expect(
      new Set(onLog.flatMap(({ members = [], episodeId }) => [episodeId, ...members.map((m) => m.episodeId)])).size,
    ).toBe(40);
  });

  it('below CRITICAL waits for company, and what comes later for the interval', async () => {
    const story = new Story();
    await story.raise(eurusd, 'WARN');
    await story.pass(20 * SECOND_MS);
    await story.raise(gbpusd, 'WARN');
    expect((await story.pass(10 * SECOND_MS)).map(({ title }) => title)).toEqual(['WARN: 2 pairs of kraken']);
    await story.raise(pair('USDJPY'), 'WARN');
    expect(await story.pass(4 * MINUTE_MS)).toEqual([]);
    expect((await story.pass(MINUTE_MS)).map(({ title }) => title)).toEqual(['WARN: USDJPY 15m']);
  });

  it('of more than 500 is as many messages as it takes, with everything in exactly one', async () => {
    const story = new Story(houseBook({ routes: { ...POLICY.routes, WARN: ['log'] } }));
    for (let index = 0; index < 1_001; index += 1) await story.raise(pair(`P${index}`), 'WARN');
    const sent = await story.pass(MINUTE_MS);
    expect(sent.map(({ members }) => members?.length ?? 1)).toEqual([500, 500, 1]);
    expect(new Set(sent.map(({ notificationId }) => notificationId)).size).toBe(3);
    for (const data of sent) validateEvent({ type: 'DeliveryIntended', data });
  });
});
