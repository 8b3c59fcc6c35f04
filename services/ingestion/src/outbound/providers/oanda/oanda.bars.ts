import type { Instant } from '@tocsin/domain-kit';
import type { Reply } from '@tocsin/outbound';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { completeBars, momentIn } from '../complete-bars.ts';
import { at, isArray, readJson, textOf, writeJson, type Json } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage, wordsIn } from '../sorting.ts';

/**
 * Reads candles: `{instrument, granularity, candles: [{time, complete, volume, mid: {o, h, l, c}}]}`. What is not marked as
 * complete is still being drawn. The volume counts price updates.
 */
export function readOanda(text: string, asked: BarsAsked): Reading {
  const candles = at(readJson(text), 'candles');
  if (!isArray(candles)) return garbage(text);
  // One without a time is no candle, and is told to be put aside.
  const complete = candles.filter((candle) => at(candle, 'complete') === true || at(candle, 'time') === undefined);
  return { kind: 'bars', bars: completeBars(complete.map(barIn), asked) };
}

/** Reads what came with a no. Of all that is refused only a range that ends in the future is another matter a little later. */
export function readOandaNo({ excerpt }: Reply): Reading | null {
  const words = wordsIn(excerpt) ?? '';
  return /in the future/i.test(words) ? failed('PROVIDER_ERROR', `oanda says: ${words}`) : null;
}

function barIn(candle: Json): CandidateBar {
  const mid = at(candle, 'mid');
  return {
    openAt: openAtOf(textOf(at(candle, 'time'))),
    open: textOf(at(mid, 'o')),
    high: textOf(at(mid, 'h')),
    low: textOf(at(mid, 'l')),
    close: textOf(at(mid, 'c')),
    volume: textOf(at(candle, 'volume')),
    revision: 0,
    raw: writeJson(candle),
  };
}

/** RFC 3339 in UTC, with up to nine digits behind the second; a bar opens on a whole one. */
function openAtOf(time: string): Instant | null {
  const [, seconds] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.0{1,9})?Z$/.exec(time) ?? [];
  return seconds === undefined ? null : momentIn(seconds);
}
