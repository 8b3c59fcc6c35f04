import { pairOf, type Pair, type Timeframe } from '@tocsin/domain-kit';
import { Problem } from '../../reading/problem.ts';

/**
 * The pair that a body names by its symbol and timeframe.
 * @throws {Problem} when the symbol is too long for a pair once it is spelled safely.
 */
export function pairNamed(symbol: string, timeframe: Timeframe): Pair {
  try {
    return pairOf(symbol, timeframe);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw Problem.of('invalid-body', [{ pointer: '/body/symbol', detail: 'is too long once it is spelled safely' }]);
  }
}
