import fc from 'fast-check';
import { afterTaking, filled, fullBucket, HOUSE_RATE, roomIn, type Bucket, type Weight } from './bucket.ts';

/** Takes as long as there is room; returns how many were taken. */
function drain(bucket: Bucket, weight: Weight): { readonly taken: number; readonly bucket: Bucket } {
  let [left, taken] = [bucket, 0];
  for (; roomIn(left, weight) > 0; taken += 1) left = afterTaking(left, weight);
  return { taken, bucket: left };
}

describe('a bucket', () => {
  it('keeps a fifth for CRITICAL, however much of the rest there is', () => {
    const { taken, bucket } = drain(fullBucket(HOUSE_RATE, 0), 'ordinary');
    expect(taken).toBe(48);
    expect(drain(bucket, 'critical').taken).toBe(12);
  });

  it('lets CRITICAL have all of it', () => {
    const { taken, bucket } = drain(fullBucket(HOUSE_RATE, 0), 'critical');
    expect(taken).toBe(60);
    expect(roomIn(bucket, 'ordinary')).toBe(0);
  });

  it('takes one message a second where that is all it takes, and of what matters less four in five seconds', () => {
    const slack = { messages: 1, perMs: 1_000 };
    let [critical, ordinary] = [0, 0];
    let [of, oo] = [fullBucket(slack, 0), fullBucket(slack, 0)];
    for (let atMs = 0; atMs < 60_000; atMs += 50) {
      of = filled(of, atMs);
      oo = filled(oo, atMs);
      if (roomIn(of, 'critical') > 0) [of, critical] = [afterTaking(of, 'critical'), critical + 1];
      if (roomIn(oo, 'ordinary') > 0) [oo, ordinary] = [afterTaking(oo, 'ordinary'), ordinary + 1];
    }
    expect(critical).toBe(60);
    expect(ordinary).toBe(48);
  });

  it('never lets more through in any stretch of time than its size and what flowed in meanwhile', () => {
    const anyCall = fc.record({ afterMs: fc.nat(3_000), isCritical: fc.boolean() });
    fc.assert(
      fc.property(
        fc.record({ messages: fc.integer({ min: 1, max: 100 }), perMs: fc.integer({ min: 100, max: 60_000 }) }),
        fc.array(anyCall, { maxLength: 200 }),
        (rate, calls) => {
          const sent: { readonly atMs: number; readonly weight: Weight }[] = [];
          let [bucket, atMs] = [fullBucket(rate, 0), 0];
          for (const { afterMs, isCritical } of calls) {
            atMs += afterMs;
            bucket = filled(bucket, atMs);
            const weight = isCritical ? 'critical' : 'ordinary';
            if (roomIn(bucket, weight) === 0) continue;
            bucket = afterTaking(bucket, weight);
            sent.push({ atMs, weight });
          }
          const isWithin = (part: number, size: number, moments: readonly number[]): boolean =>
            moments.every((from, index) =>
              moments
                .slice(index)
                .every((to, later) => later + 1 <= size + ((to - from) * rate.messages * part) / rate.perMs + 1e-6),
            );
          const all = sent.map((message) => message.atMs);
          const ordinary = sent.filter(({ weight }) => weight === 'ordinary').map((message) => message.atMs);
          expect(isWithin(1, rate.messages, all)).toBe(true);
          expect(isWithin(0.8, Math.max(1, Math.floor(rate.messages * 0.8)), ordinary)).toBe(true);
        },
      ),
    );
  });
});
