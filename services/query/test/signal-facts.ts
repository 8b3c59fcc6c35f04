import { barAt, fact, feed } from './facts.ts';

/** Twenty bars after a signal: what came of it. */
export const signalScored = fact('analysis', 'SignalScored', (number) => ({
  ...feed(),
  signalId: `sig:EURUSD:15m:${barAt(number).openAt}`,
  barOpenAt: barAt(number).openAt,
  signal: 'BUY',
  confidence: 0.6,
  horizonBars: 20,
  horizonBarOpenAt: barAt(number + 20).openAt,
  outcome: 'target',
  touchedAfterBars: 7,
  returnBps: 30,
  returnR: 2,
  isHit: true,
  brierScore: 0.16,
  scoringVersion: 'outcome-1',
  provider: 'recorded',
  simulated: false,
  at: barAt(number + 20).closeAt,
}));
