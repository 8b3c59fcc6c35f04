import type {
  AttemptFailed,
  BarClosed,
  BarMissed,
  BreakerClosed,
  BreakerHalfOpened,
  BreakerOpened,
  Colour,
  EventParked,
  EventRedriven,
  FeedAdded,
  FeedPaused,
  FeedRemoved,
  FeedResumed,
  FeedSwitched,
  Freshness,
  LaneHalted,
  OutageClosed,
  OutageOpened,
  ProjectionHalted,
  ProviderRestored,
  ProviderTripped,
  Recorded,
  RunCompleted,
  RunFailed,
  RunSkipped,
  ServiceName,
} from '@tocsin/contracts';
import { decimal, instant, plusMs, type Instant, type Message, type Pair } from '@tocsin/domain-kit';

/** The facts of one simulated feed, by the number of the bar that they are about. */
export const pair = 'EURUSD-15m' as Pair;

const MONDAY = instant('2014-05-05T10:00:00.000Z');
const BAR_MS = 900_000;
const feed = { pair, symbol: 'EURUSD', timeframe: '15m', provider: 'simulated' } as const;

export const closeOf = (bar: number): Instant => plusMs(MONDAY, bar * BAR_MS);
/** When a bar comes in, or is missed. */
export const seenAt = (bar: number): Instant => plusMs(closeOf(bar), 2_000);

const fresh = (bar: number, colour: Colour): Freshness => ({
  colour,
  ratio: 0.002,
  schedulable: colour === 'GREEN',
  evaluatedAt: seenAt(bar),
  marketState: 'OPEN',
});
const ofRun = (bar: number) => ({
  runId: `run:EURUSD:15m:${closeOf(bar - 1)}:rules-1:none`,
  pair,
  symbol: 'EURUSD',
  timeframe: '15m' as const,
  barOpenAt: closeOf(bar - 1),
  barCloseAt: closeOf(bar),
});
const analysed = (bar: number) => ({
  provider: 'simulated',
  simulated: true,
  rulesVersion: 'rules-1',
  modelVersion: null,
  barRecordedAt: seenAt(bar),
  startedAt: seenAt(bar),
  finishedAt: seenAt(bar),
});

export const feedAdded = (difference: Partial<FeedAdded['data']> = {}): FeedAdded => ({
  type: 'FeedAdded',
  data: {
    ...feed,
    calendarId: 'FX_24x5',
    calendarVersion: '1',
    volumeKind: 'tick',
    simulated: true,
    feedLatencyMs: 30_000,
    at: MONDAY,
    ...difference,
  },
});

export const feedPaused = (more: Partial<FeedPaused['data']> = {}): FeedPaused => ({
  type: 'FeedPaused',
  data: { pair, reason: 'by hand', at: MONDAY, ...more },
});
export const feedResumed = (): FeedResumed => ({ type: 'FeedResumed', data: { pair, at: MONDAY } });
export const feedRemoved = (): FeedRemoved => ({
  type: 'FeedRemoved',
  data: { pair, reason: 'it left the file', at: MONDAY },
});

const { provider: PROVIDER, ...named } = feed;

export const feedSwitched = (provider: string): FeedSwitched => ({
  type: 'FeedSwitched',
  data: { ...named, from: PROVIDER, provider, fallbackActive: true, reason: 'BREAKER_OPENED', at: MONDAY },
});

/** The provider is left alone for half a minute, unless a test says otherwise. */
export const breakerOpened = (provider: string = PROVIDER, at: Instant = MONDAY, openMs = 30_000): BreakerOpened => ({
  type: 'BreakerOpened',
  data: {
    ...named,
    provider,
    cause: 'EXHAUSTED',
    window: [1, 1, 1, 1, 1],
    exhaustedInARow: 5,
    badSince: null,
    timesOpened: 1,
    probesAt: plusMs(at, openMs),
    at,
  },
});

export const breakerHalfOpened = (at: Instant = plusMs(MONDAY, 30_000)): BreakerHalfOpened => ({
  type: 'BreakerHalfOpened',
  data: { ...named, provider: PROVIDER, openedAt: MONDAY, at },
});

export const breakerClosed = (provider: string = PROVIDER, at: Instant = plusMs(MONDAY, 60_000)): BreakerClosed => ({
  type: 'BreakerClosed',
  data: { ...named, provider, successes: 2, openedAt: MONDAY, at },
});

export const outageOpened = (at: Instant = MONDAY): OutageOpened => ({
  type: 'OutageOpened',
  data: { provider: PROVIDER, openPairs: 4, stalePairs: 3, at },
});
export const outageClosed = (at: Instant = plusMs(MONDAY, 60_000)): OutageClosed => ({
  type: 'OutageClosed',
  data: { provider: PROVIDER, openPairs: 4, stalePairs: 1, openedAt: MONDAY, at },
});
export const providerTripped = (at: Instant = MONDAY): ProviderTripped => ({
  type: 'ProviderTripped',
  data: { provider: PROVIDER, answered: 1, failed: 9, probesAt: plusMs(at, 30_000), at },
});
export const providerRestored = (at: Instant = plusMs(MONDAY, 60_000)): ProviderRestored => ({
  type: 'ProviderRestored',
  data: { provider: PROVIDER, at },
});

export const barClosed = (bar: number, edition: { backfill?: boolean; revision?: number } = {}): BarClosed => ({
  type: 'BarClosed',
  data: {
    ...feed,
    simulated: true,
    openAt: closeOf(bar - 1),
    closeAt: closeOf(bar),
    open: decimal('1.39231'),
    high: decimal('1.39302'),
    low: decimal('1.39218'),
    close: decimal('1.39285'),
    volume: 1_480,
    volumeKind: 'tick',
    revision: 0,
    backfill: false,
    ...edition,
    freshness: fresh(bar, 'GREEN'),
    receivedAt: seenAt(bar),
  },
});

export const barMissed = (bar: number, colour: Colour): BarMissed => ({
  type: 'BarMissed',
  data: { ...feed, boundaryAt: closeOf(bar), colour, inARow: 1, at: seenAt(bar) },
});

export const attemptFailed = (bar: number, exhausted = true): AttemptFailed => ({
  type: 'AttemptFailed',
  data: {
    ...feed,
    barCloseAt: closeOf(bar),
    attempt: exhausted ? 5 : 1,
    attemptsMax: 5,
    exhausted,
    retryAt: exhausted ? null : plusMs(seenAt(bar), 1_000),
    failureSource: 'provider',
    errorCode: 'PROVIDER_ERROR',
    message: 'The provider answered 503.',
    at: seenAt(bar),
  },
});

export const runCompleted = (bar: number, colour: Colour = 'GREEN'): RunCompleted => ({
  type: 'RunCompleted',
  data: {
    ...ofRun(bar),
    ...analysed(bar),
    finalDecision: 'HOLD',
    bias: 'none',
    ruleScore: 40,
    ruleParts: [],
    ml: null,
    mlMissing: true,
    mlWeight: 0.3,
    compositeScore: 40,
    confidenceRaw: 0.4,
    confidence: 0.4,
    adjustments: [],
    topFeatures: [],
    redFlags: [],
    close: decimal('1.39285'),
    stopLoss: null,
    takeProfit: null,
    phase: 'unknown',
    regime: 'unknown',
    freshness: fresh(bar, colour),
    degraded: false,
  },
});

export const runSkipped = (bar: number): RunSkipped => ({
  type: 'RunSkipped',
  data: { ...ofRun(bar), reason: 'OVERTAKEN', freshness: fresh(bar, 'GREEN'), at: seenAt(bar) },
});

export const runFailed = (bar: number, weight: number): RunFailed => ({
  type: 'RunFailed',
  data: {
    ...ofRun(bar),
    ...analysed(bar),
    errorCode: 'INTERNAL',
    errorMessage: 'It did not work.',
    failureSource: weight > 0 ? 'unknown' : 'capacity',
    weight,
  },
});

export const eventParked = (): EventParked => ({
  type: 'EventParked',
  data: {
    entity: 'analysis',
    key: pair,
    lane: 'LOG_INGESTION',
    position: 17,
    eventId: 'b7e1d0c2-52c3-5f6a-9d6b-5d6a1f0e8c11',
    because: 'data/closeAt must match its pattern',
    behind: false,
  },
});

export const eventRedriven = (parkedKeys: number): EventRedriven => ({
  type: 'EventRedriven',
  data: {
    entity: 'analysis',
    key: pair,
    applied: 1,
    left: 0,
    because: null,
    parkedKeys,
    by: 'person:dana',
    reason: 'It is mended.',
  },
});

export const laneHalted = (): LaneHalted => ({
  type: 'LaneHalted',
  data: {
    lane: 'LOG_INGESTION',
    position: 17,
    because: 'The chain differs.',
    remedy: 'tocsin log repair LOG_INGESTION',
  },
});

export const projectionHalted = (): ProjectionHalted => ({
  type: 'ProjectionHalted',
  data: {
    projection: 'bars',
    lane: 'LOG_INGESTION',
    position: 17,
    because: 'data/closeAt must match its pattern',
    at: MONDAY,
  },
});

/** A fact as its lane gives it. */
export const recorded = <Fact extends Message>(
  fact: Fact,
  {
    id,
    time = MONDAY,
    service = 'ingestion',
  }: { readonly id: string; readonly time?: Instant; readonly service?: ServiceName },
): Recorded<Fact> => ({
  ...fact,
  id,
  time,
  service,
  tenant: 'shared',
  key: pair,
  entityVersion: 1,
  correlationId: id,
  causationId: null,
  actor: `service:${service}`,
  recordedTime: time,
  traceparent: null,
  lane: `LOG_${service.toUpperCase()}`,
  position: 1,
});
