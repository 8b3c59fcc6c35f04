import { Chance } from './chance.ts';
import { FAULTS } from './faults/faults.ts';
import { planFaults } from './plan.ts';

const planned = (seed: number, count: number) =>
  planFaults(FAULTS, count, new Chance(seed)).map(({ kind, victims }) => `${kind} ${victims.join()}`);

describe('a plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planned(7, 100)).toEqual(planned(7, 100));
    expect(planned(7, 100)).not.toEqual(planned(8, 100));
  });

  it('holds each kind at least once, and as many as were asked for', () => {
    const plan = planFaults(FAULTS, 60, new Chance(1));
    expect(plan).toHaveLength(60);
    expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(FAULTS.map(({ kind }) => kind)));
  });
});
