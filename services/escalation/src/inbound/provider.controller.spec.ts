import type { EpisodeCleared, EpisodeRaised, Recorded } from '@tocsin/contracts';
import { plusMs, type Instant, type Pair } from '@tocsin/domain-kit';
import type { Local, LocalModel } from '@tocsin/event-log';
import {
  barClosed,
  barMissed,
  closeOf,
  feedAdded,
  feedSwitched,
  outageClosed,
  outageOpened,
  providerRestored,
  providerTripped,
  recorded,
} from '../../test/facts.ts';
import { steps, story } from '../../test/episode-story.ts';
import type { EpisodeCommand } from '../domain/episode.commands.ts';
import type { Level } from '../domain/level.ts';
import type { ProviderRecord } from '../domain/provider-health.ts';
import { HOUSE_TERMS } from '../domain/terms.ts';
import { providerRecords } from './provider-record.model.ts';
import { ProviderController } from './provider.controller.ts';
import { episodeIdOf } from './scope.ts';

const controller = new ProviderController();
const scope = 'provider-simulated';

type Fact = Parameters<typeof providerRecords.fold>[1] extends Recorded<infer Event> ? Event : never;

const subject = (pair: string, provider = 'simulated') => ({
  pair: pair as Pair,
  symbol: 'EURUSD',
  timeframe: '15m' as const,
  provider,
});
const pairRaised = (to: Level, pair = 'EURUSD-15m', provider?: string): EpisodeRaised => ({
  type: 'EpisodeRaised',
  data: {
    ...{ scope: `pair-${pair}`, scopeKind: 'pair', episodeId: 'e1', from: 'INFO', to, cause: 'Bars failed.' },
    ...{ causeEventIds: [], reopenOf: null, openedAt: closeOf(0), simulated: true, at: closeOf(0) },
    subject: subject(pair, provider),
  },
});
const pairCleared = (pair = 'EURUSD-15m'): EpisodeCleared => ({
  type: 'EpisodeCleared',
  data: {
    ...{ scope: `pair-${pair}`, scopeKind: 'pair', episodeId: 'e1', peak: 'ERROR', durationMs: 1, cause: 'Good.' },
    ...{ openedAt: closeOf(0), simulated: true, at: closeOf(0), subject: subject(pair) },
  },
});

/** What is asked for after each fact, and what is known at the end. */
function told(...facts: readonly Fact[]) {
  const records = new Map<string, ProviderRecord>();
  const local: Local = {
    get: <Value>(model: LocalModel<Value>, key: string) =>
      Object.is(model, providerRecords) ? (records.get(key) as Value | undefined) : undefined,
  };
  const asked = facts.flatMap((fact, index) => {
    const heard: Recorded<Fact> = recorded(fact, { id: `${fact.type}-${index}` });
    const key = providerRecords.keyOf(heard);
    records.set(key, providerRecords.fold(records.get(key), heard));
    switch (heard.type) {
      case 'OutageOpened':
      case 'OutageClosed':
      case 'ProviderTripped':
      case 'ProviderRestored':
        return controller.onProviderFact(heard, local);
      case 'BarClosed':
      case 'BarMissed':
        return controller.onBoundary(heard, local);
      case 'EpisodeRaised':
        return controller.onPairRaised(heard, local);
      case 'EpisodeCleared':
      case 'FeedAdded':
      case 'FeedSwitched':
        return [];
    }
  });
  return { asked, records };
}

/** The steps of the provider's ladder in such a story. */
const ladder = (...facts: readonly Fact[]): readonly string[] =>
  steps(story(told(...facts).asked.map(({ command }) => command as EpisodeCommand)));

/** Noticed a minute after the boundary of the bar. */
const outage = (bar: number) => outageOpened(minuteAfter(bar));
const minuteAfter = (bar: number): Instant => plusMs(closeOf(bar), 60_000);

describe('a provider', () => {
  it('is told of by its pairs that are stale together, and its episode says how many', () => {
    expect(told(feedAdded(), outage(0)).asked).toMatchObject([
      {
        key: scope,
        command: {
          type: 'ReportProvider',
          data: {
            ...{ scope, scopeKind: 'provider', simulated: true, subject: { provider: 'simulated' } },
            ...{ boundaries: 0, floor: 'INFO', terms: HOUSE_TERMS },
            cause: 'Of its 4 pairs whose market is open, 3 are not GREEN.',
            causeEventIds: ['OutageOpened-1'],
            episodeId: episodeIdOf(scope, 'OutageOpened-1'),
          },
        },
      },
    ]);
    expect(told(providerTripped()).asked).toMatchObject([
      { command: { data: { cause: 'It is not called for a while: of 10 calls, 9 failed.', simulated: false } } },
    ]);
  });

  it('is at WARN at once, at ERROR after another boundary, and at CRITICAL after three', () => {
    const missed = [1, 2, 3].map((bar) => barMissed(bar, 'RED'));
    expect(ladder(outage(0))).toEqual(['WARN']);
    expect(ladder(outage(0), ...missed.slice(0, 1))).toEqual(['WARN', 'ERROR']);
    expect(ladder(outage(0), ...missed.slice(0, 2))).toEqual(['WARN', 'ERROR']);
    expect(ladder(outage(0), ...missed)).toEqual(['WARN', 'ERROR', 'CRITICAL']);
    expect(ladder(providerTripped(), ...missed, providerRestored())).toEqual(['WARN', 'ERROR', 'CRITICAL', 'cleared']);
  });

  it('counts a boundary once, whatever is told about it, and none from before', () => {
    const atOne = [barMissed(1, 'RED'), barClosed(1), barMissed(1, 'AMBER')];
    expect(ladder(outage(0), ...atOne)).toEqual(['WARN', 'ERROR']);
    expect(ladder(outage(3), ...atOne, barMissed(3, 'RED'))).toEqual(['WARN']);
    expect(ladder(outage(0), barMissed(2, 'RED'), barMissed(1, 'RED'), barClosed(2))).toEqual(['WARN', 'ERROR']);
  });

  it('counts no boundaries while nothing is wrong, and begins anew the next time', () => {
    expect(ladder(barMissed(1, 'RED'), barMissed(2, 'RED'), barMissed(3, 'RED'), outage(3))).toEqual(['WARN']);
    expect(ladder(outage(0), barMissed(1, 'RED'), outageClosed(), barMissed(2, 'RED'), outage(2))).toEqual([
      ...['WARN', 'ERROR', 'cleared', 'WARN'],
    ]);
  });

  it('is well when neither is so any more, whichever ends first', () => {
    for (const ends of [
      [providerRestored(), outageClosed()],
      [outageClosed(), providerRestored()],
    ])
      expect(ladder(providerTripped(), outage(0), barMissed(1, 'RED'), ...ends)).toEqual(['WARN', 'ERROR', 'cleared']);
  });

  it('is never told of as less than the worst of its pairs, before or while it is in trouble', () => {
    expect(ladder(pairRaised('ERROR'), outage(0))).toEqual(['ERROR']);
    expect(ladder(outage(0), pairRaised('WARN'), pairRaised('CRITICAL', 'GBPUSD-15m'))).toEqual(['WARN', 'CRITICAL']);
    expect(ladder(outage(0), pairRaised('CRITICAL', 'GBPUSD-15m', 'other'))).toEqual(['WARN']);
    expect(ladder(pairRaised('CRITICAL'), pairCleared(), outage(0))).toEqual(['WARN']);
    expect(ladder(pairRaised('CRITICAL'))).toEqual([]);
  });

  it('has nothing to do any more with a pair that is asked of another one', () => {
    expect(ladder(pairRaised('CRITICAL'), feedSwitched('second'), outage(0))).toEqual(['WARN']);
  });

  it('keeps its level while it is in trouble, though its pairs recover', () => {
    expect(ladder(outage(0), pairRaised('CRITICAL'), pairCleared(), barMissed(1, 'RED'))).toEqual(['WARN', 'CRITICAL']);
  });

  it('says how many of its pairs have episodes', () => {
    const { asked } = told(outage(0), pairRaised('WARN'), pairRaised('ERROR', 'GBPUSD-15m'));
    expect(asked.map(({ command: { data } }) => (data as { readonly cause: string }).cause.slice(54))).toEqual([
      '',
      '1 of them has an episode.',
      '2 of them have episodes.',
    ]);
  });

  it('leaves its record alone where a bar closes and nothing is wrong, so that nothing is written', () => {
    const { records } = told(feedAdded());
    const record = records.get('simulated');
    expect(providerRecords.fold(record, recorded(barClosed(1), { id: 'bar' }))).toBe(record);
  });
});
