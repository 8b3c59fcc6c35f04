import { bar } from '../../../test/markets.ts';
import { relativeVolume } from './relative-volume.ts';

const steady = Array.from({ length: 19 }, (_, at) => bar(at, 100, 100));

describe('relative volume', () => {
  it('is the newest volume over the mean of twenty, its own among them', () => {
    expect(relativeVolume([...steady, bar(19, 100, 100)])).toBe(1);
    expect(relativeVolume([...steady, bar(19, 100, 2100)])).toBe(10.5); // (19 · 100 + 2100) / 20 = 200.
    expect(relativeVolume([bar(-1, 100, 9e9), ...steady, bar(19, 100, 100)])).toBe(1);
  });

  it('is not known where there is no volume', () => {
    expect(relativeVolume([])).toBeNull();
    expect(relativeVolume(steady.map((each) => ({ ...each, volumeKind: 'none' })))).toBeNull();
    expect(relativeVolume(steady.map((each) => ({ ...each, volume: 0 })))).toBeNull();
  });

  it('is not known while the volumes of two kinds stand in one mean', () => {
    expect(relativeVolume([...steady, { ...bar(19, 100), volumeKind: 'traded' }])).toBeNull();
    expect(relativeVolume([{ ...bar(-1, 100), volumeKind: 'traded' }, ...steady, bar(19, 100)])).toBe(1);
  });
});
