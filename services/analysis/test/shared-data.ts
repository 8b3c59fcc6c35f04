import { existsSync, readFileSync } from 'node:fs';
import { instant } from '@tocsin/domain-kit';
import type { VolumeKind } from '@tocsin/contracts';
import type { BarWindow } from '../src/domain/bar-window.ts';

const shared = (name: string): URL => new URL(`../../../../shared/data/${name}`, import.meta.url);

/**
 * `describe` where all these files of real market data are there. Else the body, which would read them, is not even
 * looked at: one line says so, and one skipped test stands for it.
 */
export function describeWith(...names: readonly string[]): (title: string, body: () => void) => void {
  const missing = names.filter((name) => !existsSync(shared(name)));
  if (missing.length === 0) return describe;
  const because = `${missing.map((name) => `../shared/data/${name}`).join(', ')} not there`;
  console.info(`skipped: ${because}`);
  return (title) => {
    describe(title, () => {
      it.skip(because, () => undefined);
    });
  };
}

/** The text of a file. */
export const sharedText = (name: string): string => readFileSync(shared(name), 'utf8');

/** The rows below the heading of a file, each as its columns. */
export const sharedRows = (name: string): readonly (readonly string[])[] =>
  sharedText(name)
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((row) => row.split(','));

/** The bars of a file whose columns are time, open, high, low, close and volume; oldest first. */
export const sharedBars = (name: string, volumeKind: VolumeKind): BarWindow =>
  sharedRows(name).map(([time = '', ...numbers]) => {
    const [open = Number.NaN, high = Number.NaN, low = Number.NaN, close = Number.NaN, volume = Number.NaN] =
      numbers.map(Number);
    return { openAt: instant(Date.parse(time)), open, high, low, close, volume, volumeKind };
  });
