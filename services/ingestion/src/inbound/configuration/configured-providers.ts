import type { ConfiguredProvider, SchemaProblem, TocsinConfig } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { statSync } from 'node:fs';
import { readKey } from './key-file.ts';
import { FILES, type KnownProviders, type ProviderFacts } from './known-providers.ts';
import type { Part } from './part.ts';

/** How a provider is asked. What is null the provider's adapter decides. */
export type ProviderSettings = {
  /** Without a slash at its end. */
  readonly url: string | null;
  readonly key: string | null;
  /** Since when the key has been in use: how old its file is; null where there is no key. */
  readonly keySince: Instant | null;
  /** Where the files of csv lie. */
  readonly directory: string | null;
  readonly requestsPerMinute: number | null;
  readonly requestsPerDay: number | null;
};

/** Reads how each provider is asked that is used by anything, or named. */
export function readProviders(
  config: TocsinConfig,
  known: KnownProviders,
): Part<ReadonlyMap<string, ProviderSettings>> {
  const configured = config.providers ?? {};
  const problems: SchemaProblem[] = Object.keys(configured)
    .filter((name) => !known.has(name))
    .map((name) => ({
      pointer: `/providers/${name}`,
      message: `is no provider; there are ${[...known.keys()].join(', ')}`,
    }));
  const used = usedProviders(config);
  const settings = new Map<string, ProviderSettings>();
  for (const [name, facts] of known) {
    const isUsed = used.has(name);
    if (!isUsed && !Object.hasOwn(configured, name)) continue;
    const part = readProvider(name, configured[name] ?? {}, isUsed ? facts : null);
    settings.set(name, part.value);
    problems.push(...part.problems);
  }
  return { value: settings, problems };
}

const usedProviders = ({ feeds, observations = [] }: TocsinConfig): ReadonlySet<string> =>
  new Set([
    ...feeds.flatMap(({ providers }) =>
      providers.map((source) => (typeof source === 'string' ? source : source.provider)),
    ),
    ...observations.map(({ provider }) => provider),
  ]);

/** `needs` is null for a provider that nothing asks: what it would need is nobody's trouble yet. */
function readProvider(
  name: string,
  configured: ConfiguredProvider,
  needs: ProviderFacts | null,
): Part<ProviderSettings> {
  const { url, keyFile, directory, requestsPerMinute, requestsPerDay } = configured;
  const at = (field: string, message: string): SchemaProblem => ({ pointer: `/providers/${name}/${field}`, message });
  const problems: SchemaProblem[] = [];

  const key = keyFile === undefined ? null : readKey(keyFile);
  if (key !== null && 'fault' in key) problems.push(at('keyFile', key.fault));
  if (key === null && needs?.needsKey === true)
    problems.push(
      at('keyFile', `is missing: ${name} answers nobody without a key; put it into a file and name that here`),
    );

  if (directory === undefined && needs !== null && name === FILES)
    problems.push(at('directory', 'is missing: it names the folder in which the files with bars lie'));
  if (directory !== undefined && !statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    problems.push(at('directory', `names ${directory}, which is no folder`));
  if (directory !== undefined && name !== FILES)
    problems.push(at('directory', `is for ${FILES} alone; ${name} is asked over the network`));

  const { text, since } = key === null || 'fault' in key ? { text: null, since: null } : key;
  const value = {
    url: url?.replace(/\/+$/, '') ?? null,
    key: text,
    keySince: since,
    directory: directory ?? null,
    requestsPerMinute: requestsPerMinute ?? null,
    requestsPerDay: requestsPerDay ?? null,
  };
  return { value, problems };
}
