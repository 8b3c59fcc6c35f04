import { confidencePercent, riskLevelOf } from './display.ts';

describe('a confidence for people', () => {
  it.each([
    [0.125, '13%'],
    [0.124999, '12%'],
    [0.285, '29%'], // 28.499999999999996 as a binary number.
    [0.145, '15%'],
    [0.005, '1%'],
    [0.0049, '0%'],
    [0.34, '34%'],
    [0.995, '100%'],
    [0, '0%'],
    [1, '100%'],
    [-0.125, '-13%'],
    [-0.001, '0%'],
  ])('of %d is %s', (confidence, shown) => {
    expect(confidencePercent(confidence)).toBe(shown);
  });

  it('is that of decimal arithmetic for every thousandth', () => {
    for (let thousandths = 0; thousandths <= 1_000; thousandths += 1)
      expect(confidencePercent(thousandths / 1_000)).toBe(`${Math.floor((thousandths + 5) / 10)}%`);
  });
});

describe('a risk for people', () => {
  it.each([
    [0, 'LOW'],
    [0.4, 'LOW'],
    [0.400001, 'MEDIUM'],
    [0.7, 'MEDIUM'],
    [0.700001, 'HIGH'],
    [1, 'HIGH'],
  ])('of %d is %s', (riskScore, level) => {
    expect(riskLevelOf(riskScore)).toBe(level);
  });
});
