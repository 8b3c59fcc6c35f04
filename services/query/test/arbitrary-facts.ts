import { decimalOf } from '@tocsin/domain-kit';
import fc from 'fast-check';
import {
  agentGranted,
  agentLost,
  agentProbed,
  agentRegistered,
  agentRestored,
  agentRetired,
  agentReturned,
  agentSignalEmitted,
  agentTripped,
  resultIgnored,
  taskAttemptFailed,
  taskCompleted,
  taskFailed,
  taskLeased,
  taskQueued,
  taskReleased,
  taskUnroutable,
} from './agent-facts.ts';
import { anyFactOfPeople } from './arbitrary-people-facts.ts';
import {
  acknowledgementExpired,
  attemptFailed,
  barClosed,
  barMissed,
  barReleased,
  barRevised,
  breakerClosed,
  breakerHalfOpened,
  breakerOpened,
  barQuarantined,
  deliveryDeadLettered,
  deliveryFailed,
  deliveryIntended,
  deliverySucceeded,
  deliveryUnknown,
  episodeAcknowledged,
  episodeCleared,
  episodeRaised,
  feed,
  feedAdded,
  feedPaused,
  feedRemoved,
  feedResumed,
  feedSwitched,
  freshnessChanged,
  gapFilled,
  gapFound,
  outageClosed,
  outageOpened,
  providerMetered,
  providerProbed,
  providerRestored,
  providerTripped,
  runCompleted,
  runFailed,
  runSkipped,
  runStarted,
  signalEmitted,
  verdictCounted,
  type Fact,
} from './facts.ts';
import { text } from './arbitrary-text.ts';
import { signalScored } from './signal-facts.ts';

/** Few bars, episodes and pairs, so that facts meet in the same rows. */
const number = fc.nat({ max: 4 });
const pair = fc.constantFrom(feed('EURUSD', '15m'), feed('SPX', '1d'), feed('BRK.B', '1h'));

const name = fc.constantFrom('recorded', 'second', 'third', 'fourth');

const figure = fc.double({ min: 0, max: 1e15, noNaN: true });
const price = fc.double({ min: 0.00001, max: 1e6, noNaN: true }).map((value) => decimalOf(value, 5));
const level = fc.constantFrom('INFO', 'WARN', 'ERROR', 'CRITICAL');

const agentId = fc.constantFrom('agent-1', 'agent-2');

const anyFactOfAgents: fc.Arbitrary<Fact> = fc.oneof<fc.Arbitrary<Fact>[]>(
  fc.tuple(number, agentId).map(([n, agentId]) => agentRegistered(n, { agentId })),
  fc.tuple(number, agentId).map(([n, agentId]) => agentGranted(n, { agentId })),
  fc.tuple(number, agentId).map(([n, agentId]) => agentRetired(n, { agentId })),
  fc.tuple(number, agentId).map(([n, agentId]) => agentLost(n, { agentId })),
  fc.tuple(number, agentId).map(([n, agentId]) => agentReturned(n, { agentId })),
  fc.tuple(number, agentId, fc.nat({ max: 9 })).map(([n, agentId, weight]) => agentTripped(n, { agentId, weight })),
  fc.tuple(number, agentId).map(([n, agentId]) => agentProbed(n, { agentId })),
  fc.tuple(number, agentId).map(([n, agentId]) => agentRestored(n, { agentId })),
  fc
    .tuple(number, pair, fc.option(text))
    .map(([n, { pair, symbol, timeframe }, question]) =>
      taskQueued(n, { pair, input: { symbol, timeframe, barOpenAt: null, runId: null, question } }),
    ),
  number.map((n) => taskUnroutable(n)),
  fc.tuple(number, agentId).map(([n, agentId]) => taskLeased(n, { agentId })),
  fc.tuple(number, agentId).map(([n, agentId]) => taskReleased(n, { agentId })),
  fc
    .tuple(number, agentId, text)
    .map(([n, agentId, failureMessage]) => taskAttemptFailed(n, { agentId, failureMessage })),
  fc.tuple(number, text).map(([n, failureMessage]) => taskFailed(n, { failureMessage })),
  fc.tuple(number, agentId).map(([n, agentId]) => taskCompleted(n, { agentId })),
  fc.tuple(number, agentId).map(([n, agentId]) => resultIgnored(n, { agentId })),
  fc.tuple(number, pair, text).map(([n, of, reasoning]) => agentSignalEmitted(n, { ...of, reasoning })),
);

/** Facts of every kind that a read model hears, in any order: read models never say no to one. */
export const anyFact: fc.Arbitrary<Fact> = fc.oneof<fc.Arbitrary<Fact>[]>(
  anyFactOfAgents,
  anyFactOfPeople,
  fc
    .tuple(number, pair, fc.option(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), { nil: undefined }))
    .map(([n, of, names]) => {
      const sources = names?.map((provider) => ({ provider, symbol: of.symbol }));
      return feedAdded(n, { ...of, provider: names?.[0] ?? 'recorded', ...(sources && { sources, origin: 'config' }) });
    }),
  fc.tuple(number, pair).map(([n, { pair }]) => feedResumed(n, { pair })),
  fc.tuple(number, pair, text).map(([n, { pair }, reason]) => feedRemoved(n, { pair, reason })),
  fc
    .tuple(number, pair, name, fc.boolean())
    .map(([n, of, provider, fallbackActive]) => feedSwitched(n, { ...of, provider, fallbackActive })),
  fc.tuple(number, pair, name).map(([n, of, provider]) => breakerOpened(n, { ...of, provider })),
  fc.tuple(number, pair, name).map(([n, of, provider]) => breakerHalfOpened(n, { ...of, provider })),
  fc.tuple(number, pair, name).map(([n, of, provider]) => breakerClosed(n, { ...of, provider })),
  fc.tuple(number, pair).map(([n, of]) => gapFound(n, of)),
  fc.tuple(number, pair).map(([n, of]) => gapFilled(n, of)),
  fc.tuple(number, name).map(([n, provider]) => providerTripped(n, { provider })),
  fc.tuple(number, name).map(([n, provider]) => providerProbed(n, { provider })),
  fc.tuple(number, name).map(([n, provider]) => providerRestored(n, { provider })),
  fc
    .tuple(number, name, fc.option(fc.nat({ max: 2 ** 40 })))
    .map(([n, provider, quotaLeft]) => providerMetered(n, { provider, quotaLeft })),
  fc.tuple(number, name).map(([n, provider]) => outageOpened(n, { provider })),
  fc.tuple(number, name).map(([n, provider]) => outageClosed(n, { provider })),
  fc.tuple(number, pair, text).map(([n, of, reason]) => feedPaused(n, { pair: of.pair, reason })),
  fc
    .record({ n: number, of: pair, volume: figure, close: price, revision: fc.nat({ max: 2 }), backfill: fc.boolean() })
    .map(({ n, of, ...rest }) => barClosed(n, { ...of, ...rest })),
  fc
    .record({ n: number, of: pair, volume: figure, close: price, revision: fc.integer({ min: 1, max: 3 }) })
    .map(({ n, of, ...rest }) => barRevised(n, { ...of, ...rest })),
  fc.tuple(number, pair).map(([n, of]) => barReleased(n, of)),
  fc.tuple(number, pair, fc.option(figure)).map(([n, of, ratio]) => freshnessChanged(n, { ...of, ratio })),
  fc.tuple(number, pair, number).map(([n, of, inARow]) => barMissed(n, { ...of, inARow })),
  fc.tuple(number, pair, fc.boolean()).map(([n, of, exhausted]) => attemptFailed(n, { ...of, exhausted })),
  fc.tuple(number, pair).map(([n, of]) => barQuarantined(n, of)),
  number.map((n) => runStarted(n)),
  fc
    .record({ n: number, compositeScore: figure, stopLoss: fc.option(price), reason: text })
    .map(({ n, reason, ...rest }) =>
      runCompleted(n, { ...rest, adjustments: [{ code: 'a', factor: 0.1, reason, ruleVersion: 'v' }] }),
    ),
  fc.tuple(number, text).map(([n, errorMessage]) => runFailed(n, { errorMessage })),
  number.map((n) => runSkipped(n)),
  fc.tuple(number, fc.constantFrom('BUY', 'SELL', 'HOLD')).map(([n, signal]) => signalEmitted(n, { signal })),
  fc.tuple(number, fc.option(figure)).map(([n, returnR]) => signalScored(n, { returnR })),
  fc
    .tuple(number, level, text)
    .map(([n, to, cause]) => episodeRaised(n, { to, cause, subject: { service: 'analysis' } })),
  fc.tuple(number, level).map(([n, peak]) => episodeCleared(n, { peak })),
  fc.tuple(number, text).map(([n, reason]) => episodeAcknowledged(n, { reason })),
  number.map((n) => acknowledgementExpired(n)),
  fc.tuple(number, number).map(([n, red]) => verdictCounted(n, { red })),
  fc
    .tuple(number, text, fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }))
    .map(([n, title, facts]) => deliveryIntended(n, { title, facts })),
  fc.tuple(number, fc.option(text)).map(([n, receipt]) => deliverySucceeded(n, { receipt })),
  fc.tuple(number, text).map(([n, message]) => deliveryFailed(n, { message })),
  number.map((n) => deliveryUnknown(n)),
  fc.tuple(number, text).map(([n, lastError]) => deliveryDeadLettered(n, { lastError })),
);

/** A history, cut into steps at any place. */
export const anyHistory = fc.array(fc.array(anyFact, { maxLength: 30 }), { maxLength: 6 });
