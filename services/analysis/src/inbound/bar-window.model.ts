import { randomUUID } from 'node:crypto';
import type { BarClosed, BarRevised } from '@tocsin/contracts';
import { toNumber } from '@tocsin/domain-kit';
import type { LocalModel } from '@tocsin/event-log';
import { withBar, type BarWindow, type PriceBar } from '../domain/bar-window.ts';
import { readStamps, readWindows, writeWindows, type WindowChange } from './bar-window.table.ts';

/** A pair's window as one transaction wrote it; no two writes have the same stamp. */
interface Written {
  readonly stamp: string;
  readonly window: BarWindow;
}

/**
 * Keeps each pair's newest bars in a table, and does not read back what it wrote itself: half a thousand rows per bar
 * would be most of the work. Every write leaves a new random stamp with the pair, in the same transaction. A window in
 * memory is used exactly when the table still carries its stamp: then its own transaction has committed, and nobody has
 * written since. After a roll-back, a rebuild or another instance's turn the stamps differ, and the table is read.
 *
 * @param remembersMax how many windows stay in memory (about 100 KB each), the most recently written ones.
 */
export function barWindowModel(remembersMax: number): LocalModel<BarWindow, BarClosed | BarRevised> {
  const remembered = new Map<string, Written>();

  function remember(pair: string, written: Written): void {
    remembered.delete(pair); // The map's order is the order of writing.
    remembered.set(pair, written);
  }

  return {
    name: 'bar-window',
    hears: ['BarClosed', 'BarRevised'],
    keyOf: ({ data }) => data.pair,
    fold: (window, { data }) => withBar(window ?? [], priceBar(data)),

    async load(sql, pairs) {
      const windows = new Map<string, BarWindow>();
      const stamps = await readStamps(sql, pairs);
      for (const pair of pairs) {
        const written = remembered.get(pair);
        if (written !== undefined && written.stamp === stamps.get(pair)) windows.set(pair, written.window);
        else remembered.delete(pair);
      }
      const unknown = [...stamps.keys()].filter((pair) => !windows.has(pair));
      for (const { pair, stamp, window } of await readWindows(sql, unknown)) {
        remember(pair, { stamp, window });
        windows.set(pair, window);
      }
      return windows;
    },

    async save(sql, changed) {
      const stamp = randomUUID();
      const changes = [...changed].map(([pair, window]) => changeOf(pair, remembered.get(pair)?.window ?? [], window));
      await writeWindows(sql, stamp, changes);

      for (const [pair, window] of changed) remember(pair, { stamp, window });
      for (const pair of remembered.keys()) {
        if (remembered.size <= remembersMax) break;
        remembered.delete(pair);
      }
    },
  };
}

/** What has to be written: bars are never changed in place, so one that is stored is the very same object. */
function changeOf(pair: string, stored: BarWindow, window: BarWindow): WindowChange {
  const known = new Set(stored);
  const oldestAt = window[0]?.openAt ?? '';
  const firstKept = stored.findIndex(({ openAt }) => openAt >= oldestAt);
  return {
    pair,
    came: window.filter((bar) => !known.has(bar)),
    left: stored.slice(0, firstKept === -1 ? stored.length : firstKept).map(({ openAt }) => openAt),
  };
}

type ToldBar = BarClosed['data'] | BarRevised['data'];

/** The bar as the rules read it. */
const priceBar = ({ openAt, open, high, low, close, volume, volumeKind }: ToldBar): PriceBar => ({
  openAt,
  open: toNumber(open),
  high: toNumber(high),
  low: toNumber(low),
  close: toNumber(close),
  volume,
  volumeKind,
});
