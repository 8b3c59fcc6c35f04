import type { MacroObserved } from '@tocsin/contracts';
import type { KnownValue, MacroSeries, ObservedValue, ObserveMacro } from './series.ts';

/** So many days are remembered with their values. A value has at most 64 characters, so they take 3 KiB at most. */
export const RECENT_VALUES_MAX = 32;

const NOTHING_TOLD: MacroSeries = { kind: 'macro', toldVintageOn: '', toldOn: '', recent: [] };

/** Says the values that are news, in the order of their vintages, so that wherever it stops it can go on. */
export function observeMacro(
  { series, provider, name, values, at }: ObserveMacro['data'],
  before: MacroSeries = NOTHING_TOLD,
): readonly MacroObserved[] {
  const dated = [...editionsOf(values, at.slice(0, 10)).values()].sort(
    (one, other) => compare(one.vintage, other.vintage) || compare(one.observedOn, other.observedOn),
  );
  const said: MacroObserved[] = [];
  let known = before;
  for (const { vintage: vintageOn, ...told } of dated) {
    if (!isNews(told, vintageOn, known)) continue;
    const { observedOn, value } = told;
    const fact = {
      type: 'MacroObserved',
      data: { series, provider, name, observedOn, value, vintageOn, at },
    } as const satisfies MacroObserved;
    said.push(fact);
    known = rememberMacro(fact, known);
  }
  return said;
}

export function rememberMacro(
  { data: { observedOn, vintageOn, value } }: MacroObserved,
  before: MacroSeries = NOTHING_TOLD,
): MacroSeries {
  const isFurther = compare(vintageOn, before.toldVintageOn) || compare(observedOn, before.toldOn);
  const entry: KnownValue = [observedOn, vintageOn, value];
  const recent = [...before.recent.filter(([day]) => day !== observedOn), entry].sort(([one], [other]) =>
    compare(one, other),
  );
  return {
    kind: 'macro',
    ...(isFurther > 0
      ? { toldVintageOn: vintageOn, toldOn: observedOn }
      : { toldVintageOn: before.toldVintageOn, toldOn: before.toldOn }),
    recent: recent.slice(-RECENT_VALUES_MAX),
  };
}

type Edition = ObservedValue & { readonly vintage: string };

/** One for each day and vintage, the last that was told: two would contradict each other anew in every answer. */
const editionsOf = (values: readonly ObservedValue[], today: string): ReadonlyMap<string, Edition> =>
  new Map(
    values.map((value) => {
      const vintage = value.vintageOn ?? today;
      return [`${vintage} ${value.observedOn}`, { ...value, vintage }];
    }),
  );

/**
 * A day that is remembered is judged by what is known of it. Of an older one only a vintage is news that has not been
 * told; where the provider tells no vintages, nothing is.
 */
function isNews({ observedOn, value, vintageOn }: ObservedValue, vintage: string, known: MacroSeries): boolean {
  const same = known.recent.find(([day]) => day === observedOn);
  if (same !== undefined) {
    const [, knownVintage, knownValue] = same;
    if (vintage < knownVintage) return false;
    return value !== knownValue || (vintageOn !== null && vintage > knownVintage);
  }
  const oldest = known.recent[0]?.[0] ?? '';
  if (observedOn > oldest || known.recent.length < RECENT_VALUES_MAX) return true;
  if (vintageOn === null) return false;
  return (compare(vintage, known.toldVintageOn) || compare(observedOn, known.toldOn)) > 0;
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
