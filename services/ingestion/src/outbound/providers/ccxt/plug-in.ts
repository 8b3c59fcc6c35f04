import type { Timeframe } from '@tocsin/domain-kit';

/** One exchange of ccxt, as far as we use it. What it answers is checked where it is read. */
export type Exchange = {
  readonly timeframes: ReadonlySet<Timeframe>;
  readonly fetchOHLCV: (symbol: string, timeframe: Timeframe, sinceMs: number, limit: number) => Promise<unknown>;
  /** What the clock of the exchange showed at the newest answer, as the header has it; null where it did not say. */
  readonly date: () => string | null;
  /** The newest answer as it came; null where ccxt does not keep it. */
  readonly body: () => string | null;
};

/** Why there is no such exchange, for the person who configured it. */
export class NoExchange extends Error {}

/** How the package comes in: only when somebody wants a bar of it, because it is large and nobody's dependency. */
export type LoadCcxt = () => Promise<unknown>;

/** The version that this was tried with. */
const CCXT = 'ccxt@4.5.84';
const INSTALL = `the provider ccxt needs a package that is not installed here: npm install ${CCXT}`;

/** Not written out in the import, or compilers and bundlers would want to have the package. */
const NAME: string = 'ccxt';
export const loadCcxt: LoadCcxt = async () => (await import(NAME)) as unknown;

/**
 * Opens an exchange by the name that ccxt has for it.
 * @throws {NoExchange} when ccxt is not installed, or has no such exchange, or not its bars.
 */
export async function openExchange(load: LoadCcxt, id: string, timeoutMs: number): Promise<Exchange> {
  const ccxt = await load().catch((error: unknown) => {
    throw new NoExchange(INSTALL, { cause: error });
  });
  const make = /^[a-z0-9]+$/.test(id) ? memberOf(ccxt, id) : undefined;
  if (!isFunction(make)) throw new NoExchange(`ccxt has no exchange '${id}'`);
  // ccxt keeps to the limits of each exchange itself; ours are above.
  const exchange: unknown = Reflect.construct(make, [{ enableRateLimit: true, timeout: timeoutMs }]);
  const fetchOHLCV = memberOf(exchange, 'fetchOHLCV');
  if (!isFunction(fetchOHLCV) || memberOf(memberOf(exchange, 'has'), 'fetchOHLCV') !== true)
    throw new NoExchange(`ccxt has no bars of the exchange '${id}'`);
  const names = memberOf(exchange, 'timeframes');
  const spelled = typeof names === 'object' && names !== null ? Object.keys(names) : [];
  return {
    timeframes: new Set(OURS.filter((timeframe) => spelled.includes(timeframe))),
    fetchOHLCV: async (...question) => {
      const candles: unknown = await Reflect.apply(fetchOHLCV, exchange, question);
      return candles;
    },
    date: () => dateIn(memberOf(exchange, 'last_response_headers')),
    body: () => {
      const body = memberOf(exchange, 'last_http_response');
      return typeof body === 'string' ? body : null;
    },
  };
}

function dateIn(headers: unknown): string | null {
  const [, date] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'date') ?? [];
  return typeof date === 'string' ? date : null;
}

/** ccxt spells the lengths of bars as we do. */
const OURS: readonly Timeframe[] = ['1m', '5m', '15m', '30m', '1h', '4h', '1d'];

const isFunction = (value: unknown): value is (...args: readonly unknown[]) => unknown => typeof value === 'function';

function memberOf(value: unknown, name: string): unknown {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isHolder ? Reflect.get(value, name) : undefined;
}
