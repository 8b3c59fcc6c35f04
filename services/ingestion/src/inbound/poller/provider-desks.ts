import { TIMEFRAMES, type Timeframe } from '@tocsin/domain-kit';
import { PUSH } from '../../domain/push-bars.ts';
import { openLine, type Line, type LineListener } from '../../outbound/line.ts';
import { OBSERVERS } from '../../outbound/observers/open-observers.ts';
import type { AdapterKind } from '../../outbound/providers/adapter.ts';
import { ADAPTERS } from '../../outbound/providers/adapters.ts';
import { CsvAdapter } from '../../outbound/providers/csv/csv.adapter.ts';
import type { Answer } from '../../outbound/providers/provider.ts';
import type { ProviderSettings } from '../configuration/configured-providers.ts';
import { FILES, type KnownProviders } from '../configuration/known-providers.ts';
import { Desk } from './desk.ts';

const KINDS: ReadonlyMap<string, AdapterKind> = new Map(Object.entries(ADAPTERS));

const ALL_TIMEFRAMES: ReadonlySet<Timeframe> = new Set(TIMEFRAMES);

const NO_TIMEFRAMES: ReadonlySet<Timeframe> = new Set();

/** What is known of every provider before it is asked: of bars, those that bring them themselves, and of the world. */
export const KNOWN_PROVIDERS: KnownProviders = new Map([
  [PUSH, { timeframes: ALL_TIMEFRAMES, needsKey: false }],
  [FILES, { timeframes: ALL_TIMEFRAMES, needsKey: false }],
  ...[...KINDS].map(([name, { timeframes, needsKey }]) => [name, { timeframes, needsKey }] as const),
  ...Object.entries(OBSERVERS).map(([name, { needsKey }]) => [name, { timeframes: NO_TIMEFRAMES, needsKey }] as const),
]);

/** One question may take so long, with all the pages that it needs. */
const CALL_TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
const CALLS_MIN = 5;
const OPEN_MS = 30_000;
const CONCURRENCY_MAX = 16;

const UNSET: ProviderSettings = {
  url: null,
  key: null,
  keySince: null,
  directory: null,
  requestsPerMinute: null,
  requestsPerDay: null,
};

/** A folder of files has no line. */
type Opened = { readonly desk: Desk; readonly line: Line | null };

/** A desk for each provider that can be asked, made when it is first needed and anew when its settings change. */
export class ProviderDesks {
  readonly #onCallsChange: LineListener;
  readonly #opened = new Map<string, Opened & { readonly settings: string }>();
  #settings: ReadonlyMap<string, ProviderSettings> = new Map();

  constructor(onCallsChange: LineListener) {
    this.#onCallsChange = onCallsChange;
  }

  /** The bar lengths of every provider that can be asked here: those that have what they need. */
  get offer(): ReadonlyMap<string, ReadonlySet<Timeframe>> {
    const usable = [...KNOWN_PROVIDERS].filter(([name, { timeframes, needsKey }]) => {
      const { key, directory } = this.#settingsOf(name);
      return timeframes.size > 0 && (!needsKey || key !== null) && (name !== FILES || directory !== null);
    });
    return new Map(usable.map(([name, { timeframes }]) => [name, timeframes]));
  }

  get open(): readonly Desk[] {
    return [...this.#opened.values()].map(({ desk }) => desk);
  }

  /** Takes new settings; providers whose settings are others are asked at a new desk, with a new key for one. */
  configure(settings: ReadonlyMap<string, ProviderSettings>): void {
    this.#settings = settings;
    for (const [name, opened] of this.#opened) {
      if (opened.settings === JSON.stringify(this.#settingsOf(name))) continue;
      this.#opened.delete(name);
      opened.line?.forget();
      void opened.desk.close();
    }
  }

  /** The desk of a provider; null when it cannot be asked here. */
  of(name: string): Desk | null {
    const opened = this.#opened.get(name);
    if (opened !== undefined) return opened.desk;
    const settings = this.#settingsOf(name);
    const made = this.#openDesk(name, settings);
    if (made === null) return null;
    this.#opened.set(name, { ...made, settings: JSON.stringify(settings) });
    return made.desk;
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((desk) => desk.close()));
    this.#opened.clear();
  }

  #settingsOf(name: string): ProviderSettings {
    return this.#settings.get(name) ?? UNSET;
  }

  #openDesk(name: string, settings: ProviderSettings): Opened | null {
    const kind = KINDS.get(name);
    if (kind !== undefined)
      return kind.needsKey && settings.key === null ? null : this.#openAdapter(name, kind, settings);
    return name === FILES && settings.directory !== null ? { desk: openFolder(settings.directory), line: null } : null;
  }

  #openAdapter(name: string, kind: AdapterKind, settings: ProviderSettings): Opened {
    const { url, key, keySince, requestsPerMinute, requestsPerDay } = settings;
    const rate = requestsPerMinute === null ? kind.rate : { calls: requestsPerMinute, perMs: 60_000 };
    const breaker = { callsMin: CALLS_MIN, openMs: OPEN_MS };
    const limits = { timeoutMs: CALL_TIMEOUT_MS, rate, breaker, answerBytesMax: ANSWER_BYTES_MAX };
    const options = { ...limits, ...(requestsPerDay !== null && { requestsPerDay }) };
    const line = openLine(name, options, this.#onCallsChange);
    const { caller } = line;
    const desk = new Desk({
      name,
      adapter: kind.make({ caller, url: url ?? kind.url, key }),
      concurrency: Math.min(CONCURRENCY_MAX, rate.calls),
      isReady: () => caller.isReady(),
      isHalfOpen: () => caller.stats().breaker === 'half-open',
      quotaLeft: () => caller.stats().quotaLeft,
      keySince,
      close: line.close,
    });
    return { desk, line };
  }
}

/** A folder of files is always there to be read, and nothing limits how often. */
const openFolder = (directory: string): Desk =>
  new Desk({
    name: FILES,
    adapter: new CsvAdapter({ directory }),
    concurrency: CONCURRENCY_MAX,
    isReady: () => Promise.resolve(true),
    isHalfOpen: () => false,
    quotaLeft: () => null,
    keySince: null,
    close: () => Promise.resolve(),
  });

/** What a feed hears whose provider is not configured here any more. */
export const UNCONFIGURED: Answer = {
  kind: 'failure',
  failure: {
    failureSource: 'provider',
    errorCode: 'REFUSED',
    message: 'This provider is not configured; name it in the configuration, or give the feed another one.',
    retryAfterMs: null,
  },
};
