import type { ChannelKind, DeliveryIntendedData } from '@tocsin/contracts';
import type { Weight } from './bucket.ts';
import { membersOf } from './digest.ts';

type Letter = DeliveryIntendedData;

/** What of the letters that are ready on a channel goes now; what is in neither list waits. */
export type SendPlan<Item> = {
  /** In the order in which they are sent. */
  readonly singly: readonly Item[];
  /** Each of them becomes one message. */
  readonly together: readonly (readonly Item[])[];
};

/** How many messages a channel takes now. */
export type Room = Readonly<Record<Weight, number>>;

/** A message has no more members; its schema says the same. */
export const MEMBERS_MAX = 500;

/**
 * Kinds of channel that keep an incident for each episode and close it by its id: a digest would open none and close
 * none, so their letters wait for their turn.
 */
const KEEPS_INCIDENTS: readonly ChannelKind[] = ['pagerduty', 'alertmanager'];

/** A letter that is ready, as far as a plan looks at it. */
export type ReadyLetter = {
  readonly letter: Letter;
  /** It may have arrived already, and only under its own id can a receiver tell. */
  readonly isPossibleRepeat: boolean;
};

/** A trial has an answer that somebody waits for, and a digest is one already. */
const isGatherable = ({ letter: { kind, channelKind }, isPossibleRepeat }: ReadyLetter): boolean =>
  kind !== 'test' && kind !== 'digest' && !isPossibleRepeat && !KEEPS_INCIDENTS.includes(channelKind);

/** What a letter may take of a bucket. */
export const weightOf = ({ level }: Pick<Letter, 'level'>): Weight => (level === 'CRITICAL' ? 'critical' : 'ordinary');

/**
 * Decides what is sent singly and what is gathered. Where everything fits, everything goes by itself; otherwise as much
 * as fits, the last places being for all the rest together. CRITICAL has the first places, and messages of its own.
 */
export function planSends<Item extends ReadyLetter>(ready: readonly Item[], room: Room): SendPlan<Item> {
  const critical = planOne(ofWeight(ready, 'critical'), room.critical);
  const spent = critical.singly.length + critical.together.length;
  const ordinary = planOne(ofWeight(ready, 'ordinary'), Math.min(room.ordinary, room.critical - spent));
  return {
    singly: [...critical.singly, ...ordinary.singly],
    together: [...critical.together, ...ordinary.together],
  };
}

const ofWeight = <Item extends ReadyLetter>(items: readonly Item[], weight: Weight): readonly Item[] =>
  items.filter(({ letter }) => weightOf(letter) === weight);

function planOne<Item extends ReadyLetter>(items: readonly Item[], places: number): SendPlan<Item> {
  if (places <= 0) return { singly: [], together: [] };
  if (items.length <= places) return { singly: items, together: [] };
  const alone = items.filter((item) => !isGatherable(item)).slice(0, places);
  const gatherable = items.filter((item) => isGatherable(item));
  const left = places - alone.length;
  // As few digests as hold what does not fit; each takes the place of one letter, which then goes into it too.
  let digests = 0;
  while (digests < left && inBatches(gatherable.slice(left - digests)).length > digests) digests += 1;
  const batches = inBatches(gatherable.slice(left - digests)).slice(0, digests);
  return {
    singly: inOrder(items, [...alone, ...gatherable.slice(0, left - digests), ...aloneIn(batches)]),
    together: batches.filter((batch) => batch.length > 1),
  };
}

/** Letters so long that nothing else goes into a message with them. */
const aloneIn = <Item>(batches: readonly (readonly Item[])[]): readonly Item[] =>
  batches.filter((batch) => batch.length === 1).flat();

/** In the order in which they came, as many to a batch as one message can hold. */
export function inBatches<Item extends ReadyLetter>(items: readonly Item[]): readonly (readonly Item[])[] {
  const batches: Item[][] = [];
  let members = MEMBERS_MAX;
  for (const item of items) {
    const count = membersOf(item.letter).length;
    const batch = batches.at(-1);
    if (batch === undefined || members + count > MEMBERS_MAX) {
      batches.push([item]);
      members = count;
      continue;
    }
    batch.push(item);
    members += count;
  }
  return batches;
}

/**
 * The first of `items` that may be on their way at the same time: no two are about the same thing, for then nobody knows
 * which arrives first. What is left has its turn afterwards.
 */
export function sideBySide<Item extends ReadyLetter>(items: readonly Item[], max: number): readonly Item[] {
  const chosen: Item[] = [];
  const taken = new Set<string>();
  for (const item of items) {
    if (chosen.length === max) break;
    const scopes = membersOf(item.letter).map(({ scope }) => scope);
    if (scopes.some((scope) => taken.has(scope))) continue;
    for (const scope of scopes) taken.add(scope);
    chosen.push(item);
  }
  return chosen;
}

const inOrder = <Item>(items: readonly Item[], chosen: readonly Item[]): readonly Item[] => {
  const isChosen = new Set(chosen);
  return items.filter((item) => isChosen.has(item));
};
