import { sp500 } from '../../../test/markets.ts';
import { WINDOW_BARS } from '../../domain/bar-window.ts';
import { measure } from '../../domain/measures/measures.ts';
import { FEATURE_NAMES, featuresFrom } from '../../domain/model/features.ts';
import { WITHIN_BARS } from './first-touch.ts';
import { samplesOf } from './samples.ts';
import { sightBy } from './sight.ts';

const unseen = () => ({ market: { phase: 'unknown', regime: 'unknown' } as const, turbulent: null });

describe('samples of the S&P 500', () => {
  const bars = sp500().slice(2_000, 2_800);
  const samples = samplesOf(bars, unseen);

  it('do not change when later bars come, whatever they are', () => {
    const crash = bars.slice(700).map((bar) => ({ ...bar, open: 1, high: 2, low: 0.5, close: 1 }));
    const known = samples.filter(({ at }) => at + WITHIN_BARS < 700);
    const among = samplesOf([...bars.slice(0, 700), ...crash], unseen).slice(0, known.length);
    expect(known.length).toBeGreaterThan(200);
    expect(among).toEqual(known);
    expect(samplesOf(bars.slice(0, 700), unseen)).toEqual(known);
  });

  it('are read from the newest 512 bars, as the live service reads them', () => {
    const sample = samples.find(({ at }) => at > 600);
    if (sample === undefined) throw new Error('there is no sample so late');
    const window = bars.slice(sample.at + 1 - WINDOW_BARS, sample.at + 1);
    const features = featuresFrom(sample.side, window, measure(window), { turbulent: null, phase: 'unknown' });
    expect(sample.row).toEqual(FEATURE_NAMES.map((name) => features[name]));
  });

  it('begin with the first bar that rules can judge, and end with the last whose trade has ended', () => {
    expect(samples[0]?.at).toBeGreaterThanOrEqual(199);
    expect(samples.at(-1)?.at).toBeLessThan(bars.length - WITHIN_BARS);
    expect(new Set(samples.map(({ side }) => side))).toEqual(new Set(['long', 'short']));
  });

  it('see phase and turbulence at their own bar', () => {
    const sight = sightBy({
      version: 'regime-1',
      digest: 'd'.repeat(64),
      timeframe: '1d',
      symbol: null,
      mu: [0.06302, -0.02207],
      sigma: [0.63922, 1.41336],
      transition: [
        [0.989857, 0.010143],
        [0.01832, 0.98168],
      ],
      initial: [0, 1],
    });
    const all = sp500();
    const until = (day: string) => {
      const end = all.findIndex(({ openAt }) => openAt.startsWith(day)) + 1;
      return all.slice(end - WINDOW_BARS, end);
    };
    expect(sight(until('2008-10-10'))).toMatchObject({ market: { regime: 'TURBULENT' } });
    expect(sight(until('2008-10-10')).turbulent).toBeCloseTo(0.9914, 3);
    expect(sight(until('2017-11-01'))).toMatchObject({ market: { regime: 'CALM' } });
    expect(sightBy(null)(until('2017-11-01'))).toMatchObject({ market: { regime: 'unknown' }, turbulent: null });
  });
});
