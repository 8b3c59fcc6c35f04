import type { Decimal } from '@tocsin/domain-kit';
import { at, entriesOf, readJson, textOf } from '../../providers/json.ts';
import { dayIn, priceIn, type Reading } from '../telling.ts';

/** Fixings by the currency that they are paid in. */
export type Fixings = ReadonlyMap<string, readonly { readonly rateOn: string; readonly price: Decimal }[]>;

/** Reads a time series of Frankfurter. A fixing from after `today` is none yet; a currency that was not asked for is left. */
export function readFrankfurter(
  text: string,
  { base, quotes }: { readonly base: string; readonly quotes: readonly string[] },
  today: string,
): Reading<Fixings> {
  const json = readJson(text);
  const days = at(json, 'rates');
  if (days === undefined) {
    const words = at(json, 'message') ?? at(json, 'error');
    return words === undefined
      ? { kind: 'garbage', body: text }
      : { kind: 'refusal', words: textOf(words), code: textOf(at(json, 'status')) };
  }
  if (at(json, 'base') !== base) return { kind: 'garbage', body: text };
  let unreadable = 0;
  const fixings = new Map(quotes.map((quote) => [quote, [] as { rateOn: string; price: Decimal }[]]));
  for (const [day, rates] of entriesOf(days)) {
    const rateOn = dayIn(day);
    for (const [quote, cell] of entriesOf(rates)) {
      const told = fixings.get(quote);
      if (told === undefined) continue;
      const price = priceIn(cell);
      if (rateOn === null || price === null || rateOn > today) unreadable += 1;
      else told.push({ rateOn, price });
    }
  }
  return { kind: 'told', told: fixings, unreadable };
}
