import { Problem } from '../../reading/problem.ts';
import { termsIn } from './terms.ts';

describe('the terms of a request', () => {
  it.each([
    [{}, { key: null, isAsync: false }],
    [{ 'idempotency-key': 'k-1' }, { key: 'k-1', isAsync: false }],
    [{ prefer: 'respond-async' }, { key: null, isAsync: true }],
    [{ prefer: 'return=minimal, Respond-Async; x=1' }, { key: null, isAsync: true }],
    [{ prefer: 'respond-asynchronously' }, { key: null, isAsync: false }],
  ])('of %j are %j', (headers, terms) => {
    expect(termsIn(headers)).toEqual(terms);
  });

  it.each(['', 'two words', 'Schlüssel', 'x'.repeat(256)])('name no key %j', (key) => {
    expect(() => termsIn({ 'idempotency-key': key })).toThrow(Problem);
  });
});
