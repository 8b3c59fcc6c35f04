import type { AdapterKind } from './adapter.ts';

/** The real providers of bars, by the names that the configuration gives them. */
export const ADAPTERS = {} as const satisfies Readonly<Record<string, AdapterKind>>;

/** The name of a real provider. */
export type AdapterName = keyof typeof ADAPTERS;
