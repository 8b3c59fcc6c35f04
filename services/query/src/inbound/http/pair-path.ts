import { isTimeframe, pairOf, TIMEFRAMES, type Pair } from '@tocsin/domain-kit';
import { Problem } from '../../reading/problem.ts';

const CODE = /=([0-9A-F]{2})/g;

/**
 * Returns the pair that a request names, `<symbol>-<timeframe>`, with the symbol in its safe spelling (`BRK=2EB`) or as it
 * is (`BRK.B`). What reads as a safe spelling is one.
 * @throws {Problem} when it names none.
 */
export function pairIn(path: string, pointer = '/path/pair'): Pair {
  const hyphen = path.lastIndexOf('-');
  const [symbol, timeframe] = [path.slice(0, Math.max(hyphen, 0)), path.slice(hyphen + 1)];
  if (!isTimeframe(timeframe)) throw misspelt(pointer, `must end with a hyphen and one of ${TIMEFRAMES.join(', ')}`);
  const meant = symbol.replace(CODE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return spell(meant, timeframe, (pair) => pair === path) ?? spell(symbol, timeframe) ?? refuse(symbol, pointer);
}

type TimeframeOfPair = Parameters<typeof pairOf>[1];

function spell(symbol: string, timeframe: TimeframeOfPair, isMeant: (pair: Pair) => boolean = () => true): Pair | null {
  try {
    const pair = pairOf(symbol, timeframe);
    return isMeant(pair) ? pair : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function refuse(symbol: string, pointer: string): never {
  throw misspelt(
    pointer,
    symbol === '' ? 'names no symbol' : 'has a symbol that is too long, or not of printable characters',
  );
}

const misspelt = (pointer: string, detail: string): Problem =>
  new Problem('invalid-query', `${pointer} ${detail}.`, { errors: [{ pointer, detail }] });
