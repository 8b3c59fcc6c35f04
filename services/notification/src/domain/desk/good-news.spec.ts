import type { RunCompletedData, SignalEmittedData } from '@tocsin/contracts';
import { decimal, instant, plusMs, type Pair } from '@tocsin/domain-kit';
import { newsOfRun, newsOfSignal, reasonsOf } from '../wording/good-news.ts';
import { channel, houseBook, MINUTE_MS, pair, Story } from './story.fixture.ts';

const FIRST_BAR = instant('2014-05-06T09:45:00Z');

const bar = (number: number) =>
  ({
    pair: 'EURUSD-15m' as Pair,
    symbol: 'EURUSD',
    timeframe: '15m',
    provider: 'kraken',
    barOpenAt: plusMs(FIRST_BAR, number * 15 * MINUTE_MS),
    barCloseAt: plusMs(FIRST_BAR, (number + 1) * 15 * MINUTE_MS),
    simulated: false,
  }) as const;

const run = (number: number, story: Story): RunCompletedData => ({
  ...bar(number),
  runId: `run-${number}`,
  finalDecision: 'BUY',
  bias: 'long',
  ruleScore: 75,
  ruleParts: [
    { part: 'context', points: 21, max: 30, rules: [] },
    { part: 'pattern', points: 30, max: 30, rules: [] },
  ],
  ml: null,
  mlMissing: true,
  mlWeight: 0.3,
  compositeScore: 75,
  confidenceRaw: 0.75,
  confidence: 0.75,
  adjustments: [],
  topFeatures: [
    { feature: 'rsi14', contribution: 0.4 },
    { feature: 'base', contribution: -0.1 },
  ],
  redFlags: [],
  close: decimal('1.2'),
  stopLoss: decimal('1.1982'),
  takeProfit: decimal('1.2036'),
  phase: 'unknown',
  regime: 'unknown',
  rulesVersion: 'rules-1',
  modelVersion: null,
  freshness: { colour: 'GREEN', ratio: 0.002, schedulable: true, evaluatedAt: story.now, marketState: 'OPEN' },
  degraded: false,
  barRecordedAt: story.now,
  startedAt: story.now,
  finishedAt: story.now,
});

const signal = (number: number, story: Story): SignalEmittedData => ({
  ...bar(number),
  signalId: `sig:EURUSD:15m:${bar(number).barOpenAt}`,
  runId: `run-${number}`,
  signal: 'BUY',
  confidence: 0.75,
  confidenceRaw: 0.75,
  compositeScore: 75,
  adjustments: [],
  stopLoss: decimal('1.1982'),
  takeProfit: decimal('1.2036'),
  rulesVersion: 'rules-1',
  modelVersion: null,
  analyzedAt: story.now,
});

describe('good news', () => {
  const channels = [
    channel('log', { success: 'every' }),
    channel('webhook', { success: 'first', signals: true }),
    channel('email'),
  ];
  const open = () => new Story(houseBook({}, channels), 'https://tocsin.example.org');
  const succeed = (story: Story, number: number) => story.share(newsOfRun(run(number, story)));

  it('of success goes to whoever asks: every one, the first, or only the end of trouble', async () => {
    const story = open();
    expect((await succeed(story, 0)).map(({ channelId }) => channelId)).toEqual(['log', 'webhook']);
    expect((await succeed(story, 1)).map(({ channelId }) => channelId)).toEqual(['log']);
    expect(await succeed(story, 1)).toEqual([]);
    await story.raise(pair('EURUSD'), 'WARN');
    await story.clear(pair('EURUSD'));
    expect((await succeed(story, 2)).map(({ notificationId }) => notificationId)).toEqual([
      'suc:EURUSD:15m:2014-05-06T10:15:00.000Z:log',
      'suc:EURUSD:15m:2014-05-06T10:15:00.000Z:webhook',
    ]);
  });

  it('of a strong signal is told once for a bar, with what spoke for it, where a channel asks', async () => {
    const story = open();
    const why = reasonsOf(run(0, story));
    const [letter, ...others] = await story.share(newsOfSignal(signal(0, story), why));
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      notificationId: 'sig:EURUSD:15m:2014-05-06T09:45:00.000Z:webhook',
      kind: 'signal',
      title: 'BUY: EURUSD 15m',
      link: 'https://tocsin.example.org/api/analysis/latest?pair=EURUSD&tf=15m',
      why: ['rsi14 +0.40 log-odds', 'pattern 30 of 30 points', 'context 21 of 30 points'],
      facts: { stopLoss: '1.1982', takeProfit: '1.2036' },
    });
    expect(await story.share(newsOfSignal(signal(0, story), why))).toEqual([]);
  });

  it('is not kept for later: what is silenced is not told', async () => {
    const story = open();
    story.silence('EURUSD', MINUTE_MS);
    await story.share(newsOfSignal(signal(0, story), []));
    expect(await story.pass(10 * MINUTE_MS)).toEqual([]);
    expect(story.desk.said.at(-1)).toMatchObject({ type: 'NoticeKept', data: { because: 'held' } });
  });
});
