import type { AdapterKind } from './adapter.ts';
import { binance } from './binance/binance.adapter.ts';
import { ccxt } from './ccxt/ccxt.adapter.ts';
import { coinbase } from './coinbase/coinbase.adapter.ts';
import { fmp } from './fmp/fmp.adapter.ts';
import { kraken } from './kraken/kraken.adapter.ts';
import { oanda } from './oanda/oanda.adapter.ts';
import { polygon } from './polygon/polygon.adapter.ts';
import { twelveData } from './twelve-data/twelve-data.adapter.ts';

/** The real providers of bars, by the names that the configuration gives them. */
export const ADAPTERS = {
  binance,
  ccxt,
  coinbase,
  fmp,
  kraken,
  oanda,
  polygon,
  'twelve-data': twelveData,
} as const satisfies Readonly<Record<string, AdapterKind>>;
