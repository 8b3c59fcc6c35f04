import { streamOf, type EventNamed, type EventName, type Recorded, type ServiceName } from '@tocsin/contracts';
import { decimal, instant, pairOf, plusMs, type Instant, type Timeframe } from '@tocsin/domain-kit';

/** The beginning of every story told here. */
export const dawn = instant('2014-05-06T10:00:00.000Z');
export const after = (seconds: number): Instant => plusMs(dawn, seconds * 1_000);

type DataOf<Name extends EventName> = EventNamed<Name>['data'];

/** A fact without its place in the log. */
export type Fact<Name extends EventName = EventName> = {
  readonly service: ServiceName;
  readonly event: EventNamed<Name>;
  readonly time: Instant;
};

const SYMBOL = 'EURUSD';
const TIMEFRAME: Timeframe = '15m';

const BAR_MS = 900_000;

/** The pair that a story is about, unless it says otherwise. */
export const feed = (symbol = SYMBOL, timeframe: Timeframe = TIMEFRAME) => ({
  pair: pairOf(symbol, timeframe),
  symbol,
  timeframe,
});

const source = { provider: 'recorded', simulated: false } as const;

/** Open and close of the n-th bar after dawn. */
export const barAt = (number: number) => ({
  openAt: plusMs(dawn, number * BAR_MS),
  closeAt: plusMs(dawn, (number + 1) * BAR_MS),
});

const barOf = (number: number) => ({ barOpenAt: barAt(number).openAt, barCloseAt: barAt(number).closeAt });

export const fact =
  <Name extends EventName>(service: ServiceName, type: Name, usual: (number: number) => DataOf<Name>) =>
  (number = 0, data: Partial<DataOf<Name>> = {}, time: Instant = barAt(number).closeAt): Fact<Name> => ({
    service,
    event: { type, data: { ...usual(number), ...data } } as EventNamed<Name>,
    time,
  });

export const feedAdded = fact('ingestion', 'FeedAdded', () => ({
  ...feed(),
  ...source,
  calendarId: 'FX_24x5',
  calendarVersion: '1',
  volumeKind: 'tick',
  feedLatencyMs: 30_000,
  at: dawn,
}));

export const feedPaused = fact('ingestion', 'FeedPaused', () => ({ pair: feed().pair, reason: 'by hand', at: dawn }));

export const feedResumed = fact('ingestion', 'FeedResumed', () => ({ pair: feed().pair, at: after(60) }));

export const feedRemoved = fact('ingestion', 'FeedRemoved', () => ({
  pair: feed().pair,
  reason: 'it left the file',
  at: after(60),
}));

export const feedSwitched = fact('ingestion', 'FeedSwitched', (number) => ({
  ...feed(),
  from: source.provider,
  provider: 'second',
  fallbackActive: true,
  reason: 'BREAKER_OPENED',
  at: barAt(number).closeAt,
}));

const named = { ...feed(), provider: source.provider };

export const breakerOpened = fact('ingestion', 'BreakerOpened', (number) => ({
  ...named,
  cause: 'EXHAUSTED',
  window: [1, 1, 1, 1, 1],
  exhaustedInARow: 5,
  badSince: null,
  timesOpened: 1,
  probesAt: plusMs(barAt(number).closeAt, 30_000),
  at: barAt(number).closeAt,
}));

export const breakerHalfOpened = fact('ingestion', 'BreakerHalfOpened', (number) => ({
  ...named,
  openedAt: barAt(number).closeAt,
  at: plusMs(barAt(number).closeAt, 30_000),
}));

export const breakerClosed = fact('ingestion', 'BreakerClosed', (number) => ({
  ...named,
  successes: 2,
  openedAt: barAt(number).closeAt,
  at: barAt(number + 1).closeAt,
}));

export const gapFound = fact('ingestion', 'GapFound', (number) => ({
  ...named,
  fromAt: barAt(number).openAt,
  toAt: barAt(number).closeAt,
  bars: 1,
  at: barAt(number + 1).closeAt,
}));

export const gapFilled = fact('ingestion', 'GapFilled', (number) => ({
  ...named,
  fromAt: barAt(number).openAt,
  toAt: barAt(number).closeAt,
  bars: 1,
  missing: 0,
  at: barAt(number + 1).closeAt,
}));

export const providerTripped = fact('ingestion', 'ProviderTripped', (number) => ({
  provider: source.provider,
  answered: 1,
  failed: 9,
  probesAt: plusMs(barAt(number).closeAt, 30_000),
  at: barAt(number).closeAt,
}));

export const providerProbed = fact('ingestion', 'ProviderProbed', (number) => ({
  provider: source.provider,
  at: barAt(number).closeAt,
}));

export const providerRestored = fact('ingestion', 'ProviderRestored', (number) => ({
  provider: source.provider,
  at: barAt(number).closeAt,
}));

export const providerMetered = fact('ingestion', 'ProviderMetered', (number) => ({
  provider: source.provider,
  requests: 12,
  errors: 3,
  quotaLeft: 788,
  keySince: dawn,
  fromAt: plusMs(barAt(number).closeAt, -60_000),
  at: barAt(number).closeAt,
}));

export const outageOpened = fact('ingestion', 'OutageOpened', (number) => ({
  provider: source.provider,
  openPairs: 4,
  stalePairs: 3,
  at: barAt(number).closeAt,
}));

export const outageClosed = fact('ingestion', 'OutageClosed', (number) => ({
  provider: source.provider,
  openPairs: 4,
  stalePairs: 1,
  openedAt: barAt(number).closeAt,
  at: barAt(number + 1).closeAt,
}));

const fresh = (number: number) =>
  ({ colour: 'GREEN', ratio: 0, schedulable: true, evaluatedAt: barAt(number).closeAt, marketState: 'OPEN' }) as const;

export const barClosed = fact('ingestion', 'BarClosed', (number) => ({
  ...feed(),
  ...source,
  ...barAt(number),
  open: decimal('1.39280'),
  high: decimal('1.39300'),
  low: decimal('1.39270'),
  close: decimal('1.39285'),
  volume: 1_234.5,
  volumeKind: 'tick',
  revision: 0,
  backfill: false,
  freshness: fresh(number),
  receivedAt: barAt(number).closeAt,
}));

export const barRevised = fact('ingestion', 'BarRevised', (number) => ({
  ...feed(),
  ...source,
  ...barAt(number),
  open: decimal('1.39280'),
  high: decimal('1.39310'),
  low: decimal('1.39270'),
  close: decimal('1.39290'),
  volume: 1_240,
  volumeKind: 'tick',
  revision: 1,
  receivedAt: barAt(number + 1).closeAt,
}));

export const barReleased = fact('ingestion', 'BarReleased', (number) => ({
  ...named,
  openAt: barAt(number).openAt,
  confirmedBy: 'NEXT_BAR',
  detail: 'the next bar closed 0.2 sigma away',
  at: barAt(number + 1).closeAt,
}));

export const freshnessChanged = fact('ingestion', 'FreshnessChanged', (number) => ({
  ...feed(),
  provider: source.provider,
  colour: 'AMBER',
  previous: 'GREEN',
  ratio: 1.6,
  barCloseAt: barAt(number).closeAt,
  evaluatedAt: barAt(number).closeAt,
  marketState: 'OPEN',
  calendarId: 'FX_24x5',
  calendarVersion: '1',
  reason: 'TIME',
}));

export const barMissed = fact('ingestion', 'BarMissed', (number) => ({
  ...feed(),
  provider: source.provider,
  boundaryAt: barAt(number).closeAt,
  colour: 'AMBER',
  inARow: 1,
  at: barAt(number).closeAt,
}));

export const attemptFailed = fact('ingestion', 'AttemptFailed', (number) => ({
  ...feed(),
  provider: source.provider,
  barCloseAt: barAt(number).closeAt,
  attempt: 1,
  attemptsMax: 5,
  exhausted: false,
  retryAt: null,
  failureSource: 'provider',
  errorCode: 'PROVIDER_ERROR',
  message: 'answered 500',
  at: barAt(number).closeAt,
}));

export const barQuarantined = fact('ingestion', 'BarQuarantined', (number) => ({
  ...feed(),
  provider: source.provider,
  openAt: barAt(number).openAt,
  reason: 'OHLC_VIOLATED',
  detail: 'low above high',
  raw: '1,2,3',
  at: barAt(number).closeAt,
}));

export const runIdOf = (number: number): string => `run:EURUSD:15m:${barAt(number).openAt}:rules-1:none`;

const run = (number: number) => ({ runId: runIdOf(number), ...feed(), ...barOf(number) });
const versions = { rulesVersion: 'rules-1', modelVersion: null } as const;
const times = (number: number) => ({
  barRecordedAt: barAt(number).closeAt,
  startedAt: barAt(number).closeAt,
  finishedAt: barAt(number).closeAt,
});

export const runStarted = fact('analysis', 'RunStarted', (number) => {
  const { barRecordedAt, startedAt } = times(number);
  return { ...run(number), ...versions, barRecordedAt, startedAt };
});

export const runCompleted = fact('analysis', 'RunCompleted', (number) => ({
  ...run(number),
  ...versions,
  ...times(number),
  ...source,
  finalDecision: 'BUY',
  bias: 'long',
  ruleScore: 75,
  ruleParts: [{ part: 'pattern', points: 30, max: 30, rules: [{ rule: 'breakout', points: 30, max: 30 }] }],
  ml: null,
  mlMissing: true,
  mlWeight: 0.3,
  compositeScore: 75,
  confidenceRaw: 0.75,
  confidence: 0.6,
  adjustments: [{ code: 'hidden_hand', factor: 0.8, reason: 'Buying into a distribution.', ruleVersion: 'hh-1' }],
  topFeatures: [],
  redFlags: [],
  close: decimal('1.39285'),
  stopLoss: decimal('1.39105'),
  takeProfit: decimal('1.39645'),
  phase: 'unknown',
  regime: 'unknown',
  freshness: fresh(number),
  degraded: false,
}));

export const runFailed = fact('analysis', 'RunFailed', (number) => ({
  ...run(number),
  ...versions,
  ...times(number),
  ...source,
  errorCode: 'INSUFFICIENT_HISTORY',
  errorMessage: '12 bars of 65',
  failureSource: 'capacity',
  weight: 0,
}));

export const runSkipped = fact('analysis', 'RunSkipped', (number) => ({
  ...run(number),
  reason: 'OVERTAKEN',
  freshness: fresh(number),
  at: barAt(number).closeAt,
}));

export const signalEmitted = fact('analysis', 'SignalEmitted', (number) => ({
  signalId: `sig:EURUSD:15m:${barAt(number).openAt}`,
  ...run(number),
  ...versions,
  ...source,
  signal: 'BUY',
  confidence: 0.6,
  confidenceRaw: 0.75,
  compositeScore: 75,
  adjustments: [],
  stopLoss: decimal('1.39105'),
  takeProfit: decimal('1.39645'),
  analyzedAt: barAt(number).closeAt,
}));

const SCOPE = `pair-${feed().pair}`;
const episodeIdOf = (number: number): string => `episode-${number}`;

export const verdictCounted = fact('escalation', 'VerdictCounted', (number) => ({
  scope: SCOPE,
  barCloseAt: barAt(number).closeAt,
  verdict: 'failed',
  consecutiveFailures: 1,
  amber: 0,
  red: 0,
  good: 0,
  causeEventIds: ['a-cause'],
  at: barAt(number).closeAt,
}));

export const episodeRaised = fact('escalation', 'EpisodeRaised', (number) => ({
  scope: SCOPE,
  scopeKind: 'pair',
  episodeId: episodeIdOf(number),
  from: 'INFO',
  to: 'WARN',
  cause: 'One bar failed.',
  causeEventIds: ['a-cause'],
  reopenOf: null,
  openedAt: barAt(number).closeAt,
  subject: { ...feed(), provider: source.provider },
  simulated: false,
  at: barAt(number).closeAt,
}));

export const episodeCleared = fact('escalation', 'EpisodeCleared', (number) => ({
  scope: SCOPE,
  scopeKind: 'pair',
  episodeId: episodeIdOf(number),
  peak: 'WARN',
  durationMs: BAR_MS,
  openedAt: barAt(number).closeAt,
  cause: 'Two good bars.',
  simulated: false,
  at: barAt(number + 1).closeAt,
}));

export const episodeAcknowledged = fact('escalation', 'EpisodeAcknowledged', (number) => ({
  scope: SCOPE,
  episodeId: episodeIdOf(number),
  by: 'dana',
  reason: 'looking into it',
  until: barAt(number + 16).closeAt,
  at: barAt(number).closeAt,
}));

export const acknowledgementExpired = fact('escalation', 'AcknowledgementExpired', (number) => ({
  scope: SCOPE,
  episodeId: episodeIdOf(number),
  by: 'dana',
  at: barAt(number + 16).closeAt,
}));

export const notificationIdOf = (number: number): string => `esc:${episodeIdOf(number)}:WARN:ops-log:0`;
const message = (number: number) => ({ notificationId: notificationIdOf(number), channelId: 'ops-log' });

export const deliveryIntended = fact('notification', 'DeliveryIntended', (number) => ({
  ...message(number),
  channelKind: 'log',
  kind: 'escalation',
  scope: SCOPE,
  episodeId: episodeIdOf(number),
  level: 'WARN',
  repeatIndex: 0,
  title: 'WARN: EURUSD 15m',
  text: 'One bar failed. "Quoted", {braced}, back\\slashed, and ünïcödé.',
  facts: { pair: feed().pair, provider: source.provider },
  simulated: false,
  at: barAt(number).closeAt,
}));

export const deliverySucceeded = fact('notification', 'DeliverySucceeded', (number) => ({
  ...message(number),
  attempts: 1,
  possibleRepeat: false,
  receipt: null,
  at: barAt(number).closeAt,
}));

export const deliveryFailed = fact('notification', 'DeliveryFailed', (number) => ({
  ...message(number),
  attempt: 1,
  errorCode: 'UNREACHABLE',
  message: 'connect ECONNREFUSED',
  retryAt: after(60),
  permanent: false,
  at: barAt(number).closeAt,
}));

export const deliveryUnknown = fact('notification', 'DeliveryUnknown', (number) => ({
  ...message(number),
  because: 'the process ended while sending',
  at: barAt(number).closeAt,
}));

export const deliveryDeadLettered = fact('notification', 'DeliveryDeadLettered', (number) => ({
  ...message(number),
  attempts: 42,
  lastError: 'answered 503',
  firstAt: barAt(number).closeAt,
  at: barAt(number).closeAt,
}));

export const deliveryGathered = fact('notification', 'DeliveryGathered', (number) => ({
  ...{ ...message(number), into: 'digest:ops-log:1', at: barAt(number).closeAt },
}));

export const deliveryWithdrawn = fact('notification', 'DeliveryWithdrawn', (number) => ({
  ...{ ...message(number), because: 'episode-over', mayHaveArrived: true, at: barAt(number).closeAt },
}));

export const deliveryRedriven = fact('notification', 'DeliveryRedriven', (number) => ({
  ...{ ...message(number), by: 'dana', reason: 'They are back.', forced: false, at: barAt(number + 1).closeAt },
}));

/** How long a fact takes from its moment to the log, in these stories. */
export const RECORDED_AFTER_MS = 40;

/** Gives facts of one service their places on its lane, one after the other. */
export function recorded<Name extends EventName>(
  facts: readonly Fact<Name>[],
  firstPosition = 1,
): Recorded<EventNamed<Name>>[] {
  return facts.map(({ service, event, time }, index) => ({
    ...event,
    id: `${service}-${firstPosition + index}`,
    time,
    service,
    tenant: 'shared',
    key: 'key',
    entityVersion: index + 1,
    correlationId: 'first-cause',
    causationId: null,
    actor: `service:${service}`,
    recordedTime: plusMs(time, RECORDED_AFTER_MS),
    traceparent: null,
    lane: streamOf(service),
    position: firstPosition + index,
  }));
}
