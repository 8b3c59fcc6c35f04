import fc from 'fast-check';
import { regimeModelOf } from '../../../test/regimes.ts';
import { describeWith, sharedRows, sharedText } from '../../../test/shared-data.ts';
import { hearing, uncommitted, type Commitment } from '../commitment.ts';
import { surely } from './regime-evidence.ts';
import type { PerState, RegimeModel } from './regime-model.ts';
import { afterReturn, turbulence } from './turbulence.ts';

const MODEL = regimeModelOf('1d');

describe('the probability of turbulence', () => {
  it('after one return is what Bayes makes of it', () => {
    const density = (x: number, mu: number, sigma: number): number =>
      Math.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
    const [calm, turbulent] = [0.6 * density(-1, 0.06302, 0.63922), 0.4 * density(-1, -0.02207, 1.41336)];
    expect(afterReturn(MODEL, null, -1)[1]).toBeCloseTo(turbulent / (calm + turbulent), 12);
  });

  it('goes from one return to the next by the transition', () => {
    const certain = { ...MODEL, mu: [0, 0], sigma: [1, 1.000_000_001] } satisfies RegimeModel;
    expect(afterReturn(certain, [1, 0], 0.5)[1]).toBeCloseTo(0.010143, 8);
    expect(afterReturn(certain, [0, 1], 0.5)[1]).toBeCloseTo(0.98168, 8);
  });

  it('is one after a return that no density can hold, not a division of zero by zero', () => {
    expect(afterReturn(MODEL, [1, 0], -500)[1]).toBe(1);
  });

  it('learns nothing from a price that has no return', () => {
    const [first, atZero] = turbulence(MODEL, [100, 101, 0]);
    const expected = (first ?? 0) * 0.98168 + (1 - (first ?? 0)) * 0.010143;
    expect(atZero).toBeCloseTo(expected, 12);
  });

  it('is said of every bar but the first', () => {
    expect(turbulence(MODEL, [])).toEqual([]);
    expect(turbulence(MODEL, [100])).toEqual([]);
    expect(turbulence(MODEL, [100, 101, 99])).toHaveLength(2);
  });

  const anyCloses = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 2, maxLength: 60 });

  it('is a probability, does not depend on the unit of prices, and never on what comes later', () => {
    fc.assert(
      fc.property(anyCloses, fc.nat(), (closes, cut) => {
        const all = turbulence(MODEL, closes);
        expect(all.every((p) => p >= 0 && p <= 1)).toBe(true);
        const scaled = turbulence(
          MODEL,
          closes.map((close) => close * 0.37),
        );
        scaled.forEach((p, at) => {
          expect(p).toBeCloseTo(all[at] ?? Number.NaN, 9);
        });
        const until = 2 + (cut % (closes.length - 1));
        expect(turbulence(MODEL, closes.slice(0, until))).toEqual(all.slice(0, until - 1));
      }),
    );
  });
});

describe('a regime is spoken for', () => {
  it.each([
    [0.8, 'TURBULENT'],
    [0.7999, null],
    [0.5, null],
    [0.2001, null],
    [0.2, 'CALM'],
    [1 - 0.8, 'CALM'],
    [0, 'CALM'],
    [1, 'TURBULENT'],
  ] as const)('by a probability of %d: %s', (probability, said) => {
    expect(surely(probability)).toBe(said);
  });
});

interface Golden {
  readonly mu: PerState;
  readonly sigma: PerState;
  readonly P: PerState<PerState>;
  readonly pi0: PerState;
  readonly checks: readonly { readonly date: string; readonly p_turbulent: number }[];
  readonly switches_oos: readonly (readonly [on: string, to: string, probability: number])[];
  readonly n_switches_oos: number;
  readonly frac_conf80: number;
}

describeWith('golden_hmm.json', 'skfolio_sp500_index.csv')('the S&P 500 under parameters frozen in 2006', () => {
  const golden = JSON.parse(sharedText('golden_hmm.json')) as Golden;
  const days = sharedRows('skfolio_sp500_index.csv').map(([on = '', close]) => ({ on, close: Number(close) }));
  const { mu, sigma, P, pi0 } = golden;
  const frozen = regimeModelOf('1d', { mu, sigma, transition: P, initial: pi0 });
  const probabilities = turbulence(
    frozen,
    days.map(({ close }) => close),
  );
  const evaluated = days.slice(1).map(({ on }, at) => ({ on, turbulent: probabilities[at] ?? Number.NaN }));

  it('is as turbulent as was computed elsewhere', () => {
    expect(golden.checks).toHaveLength(4);
    for (const { date, p_turbulent } of golden.checks) {
      expect(evaluated.find(({ on }) => on === date)?.turbulent).toBeCloseTo(p_turbulent, 9);
    }
  });

  it('has one regime of probability 0.8 or more on 83.7 % of all days', () => {
    const sure = evaluated.filter(({ turbulent }) => surely(turbulent) !== null).length / evaluated.length;
    expect(sure).toBeCloseTo(golden.frac_conf80, 12);
  });

  it('commits to the same 61 changes on the same days', () => {
    let commitment: Commitment<'CALM' | 'TURBULENT' | 'unknown'> = uncommitted('unknown');
    const changes: (readonly [string, string, number])[] = [];
    for (const { on, turbulent } of evaluated) {
      const next = hearing(commitment, surely(turbulent));
      if (next.committed !== commitment.committed && on >= '2007') {
        const sure = next.committed === 'TURBULENT' ? turbulent : 1 - turbulent;
        changes.push([on, next.committed, Math.round(sure * 10_000) / 10_000]);
      }
      commitment = next;
    }
    expect(changes).toHaveLength(golden.n_switches_oos);
    expect(changes).toEqual(golden.switches_oos);
  });
});
