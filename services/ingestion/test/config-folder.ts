import type { ConfiguredFeed, TocsinConfig } from '@tocsin/contracts';
import { TIMEFRAMES, type Timeframe } from '@tocsin/domain-kit';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KnownProviders } from '../src/inbound/configuration/known-providers.ts';

const facts = (timeframes: readonly Timeframe[], needsKey: boolean) => ({ timeframes: new Set(timeframes), needsKey });

/** Providers as tests know them: with and without a key, with all bar lengths, some, and none. */
export const known: KnownProviders = new Map([
  ['kraken', facts(['1m', '5m', '15m', '30m', '1h', '4h', '1d'], false)],
  ['coinbase', facts(['1m', '5m', '15m', '1h', '1d'], false)],
  ['polygon', facts(TIMEFRAMES, true)],
  ['csv', facts(TIMEFRAMES, false)],
  ['fred', facts([], true)],
  ['frankfurter', facts([], false)],
]);

export const bitcoin: ConfiguredFeed = {
  symbol: 'BTC-USD',
  timeframe: '1h',
  providers: [{ provider: 'kraken', symbol: 'XBTUSD' }, 'coinbase'],
  calendar: '24x7',
  volume: 'traded',
};

/** A folder of its own for a configuration file and what it names. */
export class ConfigFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-configuration-'));
  readonly path = join(this.folder, 'tocsin.config.json');

  /** Writes the configuration file and returns its path. */
  write(config: TocsinConfig): string {
    return this.put('tocsin.config.json', config);
  }

  /** Writes a file, as JSON where it is no text, and returns its path. */
  put(name: string, content: unknown): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
