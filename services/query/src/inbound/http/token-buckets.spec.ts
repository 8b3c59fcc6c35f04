import { TokenBuckets } from './token-buckets.ts';

const limit = { perMinute: 60, burst: 2 };

describe('the limit of a caller', () => {
  it('allows a burst, then as much as the rate, and says how long to wait', () => {
    const buckets = new TokenBuckets(limit);
    expect(buckets.take('a', 0)).toEqual({ remaining: 1, waitS: 0, fullInS: 1 });
    expect(buckets.take('a', 0)).toEqual({ remaining: 0, waitS: 0, fullInS: 2 });
    expect(buckets.take('a', 100)).toMatchObject({ remaining: 0, waitS: 1 });
    expect(buckets.take('a', 1_000)).toMatchObject({ remaining: 0, waitS: 0 });
  });

  it('is nobody else’s', () => {
    const buckets = new TokenBuckets(limit);
    for (let request = 0; request < 5; request += 1) buckets.take('a', 0);
    expect(buckets.take('b', 0).waitS).toBe(0);
  });

  it('forgets the caller who was silent for longest when there are too many', () => {
    const buckets = new TokenBuckets({ perMinute: 1, burst: 1 }, 2);
    buckets.take('a', 0);
    buckets.take('b', 0);
    buckets.take('a', 0);
    buckets.take('c', 0);
    expect(buckets.take('a', 0).waitS).toBeGreaterThan(0);
    expect(buckets.take('b', 0).waitS).toBe(0);
  });
});
