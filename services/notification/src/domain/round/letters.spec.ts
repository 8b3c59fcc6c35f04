import { channel, houseBook, HOUR_MS, MINUTE_MS, pair, Story } from '../desk/story.fixture.ts';

const eurusd = pair('EURUSD');

describe('a letter', () => {
  it('says what, since when, why, and where to see more', async () => {
    const story = new Story(houseBook(), 'https://tocsin.example.org/');
    await story.raise(eurusd, 'CRITICAL');
    expect(story.sent[0]).toMatchObject({
      notificationId: 'esc:e1:CRITICAL:log:0',
      kind: 'escalation',
      tenant: 'shared',
      title: 'CRITICAL: EURUSD 15m',
      why: ['A bar could not be fetched.'],
      startedAt: '2014-05-06T10:00:00.000Z',
      link: 'https://tocsin.example.org/api/escalations/pair-EURUSD-15m',
      labels: { alertname: 'TocsinPair', severity: 'critical', provider: 'kraken', symbol: 'EURUSD', tenant: 'shared' },
      group: 'shared/pair/kraken/CRITICAL/escalation',
    });
  });

  it('about many names as many as fit, counts the rest, and has what all have in common', async () => {
    const story = new Story();
    for (let index = 0; index < 300; index += 1) await story.raise(pair(`SYMBOL${index}`), 'ERROR');
    const [letter] = await story.pass(MINUTE_MS);
    expect(letter?.title).toBe('ERROR: 300 pairs of kraken');
    expect(letter?.text).toMatch(/^300 pairs of kraken are at ERROR: SYMBOL0 15m, SYMBOL1 15m, .*, and \d+ more\. /);
    expect(letter?.members).toHaveLength(300);
    expect(letter?.labels).toMatchObject({ provider: 'kraken', level: 'ERROR' });
    expect(letter?.labels).not.toHaveProperty('symbol');
    expect(letter?.facts).toMatchObject({ count: '300' });
  });

  it('about several ends does not say that all work where a person has ended one', async () => {
    const story = new Story();
    for (const symbol of ['A', 'B']) await story.raise(pair(symbol), 'ERROR');
    await story.pass(MINUTE_MS);
    await story.clear(pair('A'));
    await story.clear(pair('B'), 'dana');
    const [letter] = await story.pass(HOUR_MS);
    expect(letter?.title).toBe('Over: 2 pairs of kraken');
    expect(letter?.text).toBe('2 pairs of kraken have no open episode any more: A 15m, B 15m.');
  });

  it('is about one episode alone where the other side keeps an incident for each', async () => {
    const story = new Story(houseBook({}, [channel('log'), channel('pagerduty')]));
    for (const symbol of ['A', 'B', 'C']) await story.raise(pair(symbol), 'ERROR');
    const sent = await story.pass(MINUTE_MS);
    const on = (id: string) =>
      sent.filter(({ channelId }) => channelId === id).map(({ members }) => members?.length ?? 1);
    expect(on('log')).toEqual([3]);
    expect(on('pagerduty')).toEqual([]);
    for (const symbol of ['A', 'B', 'C']) await story.raise(pair(symbol), 'CRITICAL');
    await story.pass(MINUTE_MS);
    const critical = story.sent.filter(({ level, channelId }) => level === 'CRITICAL' && channelId === 'pagerduty');
    expect(critical.map(({ members, scope }) => [members, scope])).toEqual([
      [undefined, 'pair-A-15m'],
      [undefined, 'pair-B-15m'],
      [undefined, 'pair-C-15m'],
    ]);
  });

  it('of an acknowledgement goes where people look at the same message, and nowhere else', async () => {
    const story = new Story(houseBook({}, [channel('log'), channel('pagerduty'), channel('slack')]));
    await story.raise(eurusd, 'CRITICAL');
    const sent = await story.acknowledge(eurusd, 4 * HOUR_MS);
    expect(sent.map(({ notificationId, title }) => [notificationId, title])).toEqual([
      ['ack:e1:CRITICAL:pagerduty:0', 'Acknowledged: EURUSD 15m'],
      ['ack:e1:CRITICAL:slack:0', 'Acknowledged: EURUSD 15m'],
    ]);
  });
});
