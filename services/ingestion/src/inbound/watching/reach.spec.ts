import { instant } from '@tocsin/domain-kit';
import { Reach } from './reach.ts';

const next = instant('2026-11-24T10:00:02.500Z');
const because = 'kraken: the connection failed (ENOTFOUND)';
const LOST =
  'kraken cannot be reached: the connection failed (ENOTFOUND). It is asked again and again, next at 10:00:02 UTC.';

describe('what a terminal is told of providers that cannot be reached', () => {
  let lines: string[];
  let reach: Reach;
  beforeEach(() => {
    lines = [];
    reach = new Reach((line) => lines.push(line));
  });
  const miss = (provider = 'kraken', nextAt: typeof next | null = next): void => {
    reach.miss(provider, because, nextAt);
  };

  it('is a line when the very first question has no answer, and none for all that follow', () => {
    for (let questions = 0; questions < 50; questions += 1) miss();
    expect(lines).toEqual([LOST]);
  });

  it('is another line once it answers, and nothing while it does', () => {
    miss();
    reach.answer('kraken');
    reach.answer('kraken');
    expect(lines).toEqual([LOST, 'kraken answers again.']);
  });

  it('is nothing of a provider that always answers', () => {
    reach.answer('kraken');
    expect(lines).toEqual([]);
  });

  it('is nothing of single questions that are lost, and a line after three in a row', () => {
    reach.answer('kraken');
    for (const isLost of [true, true, false, true, true, false])
      if (isLost) miss();
      else reach.answer('kraken');
    expect(lines).toEqual([]);
    for (let questions = 0; questions < 3; questions += 1) miss();
    expect(lines).toEqual([LOST]);
  });

  it('begins anew with every outage', () => {
    for (let outages = 0; outages < 2; outages += 1) {
      for (let questions = 0; questions < 3; questions += 1) miss();
      reach.answer('kraken');
    }
    expect(lines).toEqual([LOST, 'kraken answers again.', LOST, 'kraken answers again.']);
  });

  it('keeps providers apart, and says no time that nobody knows', () => {
    reach.miss('fred', 'fred did not answer within 15000 ms', null);
    miss();
    expect(lines).toEqual([
      'fred cannot be reached: did not answer within 15000 ms. It is asked again and again.',
      LOST,
    ]);
  });
});
