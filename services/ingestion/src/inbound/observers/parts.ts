import { to, type Observation } from '@tocsin/event-log';
import type { SeriesCommand } from '../../domain/series/series.ts';
import type { Sight } from '../../outbound/observers/observer.ts';
import { series } from '../../series.entity.ts';

/** So many values are decided in one step at most: a history of years must not hold up everybody else's facts. */
const PART_MAX = 500;

/** What was seen, as observations of a step each. What was seen of one series at one moment is one cause. */
export const observationsOf = ({ key, command }: Sight): readonly Observation[] =>
  partsOf(command).map((part, index) => ({
    causeId: `series:${key}:${part.data.at}:${index}`,
    time: part.data.at,
    intentions: [to(series, key, part)],
  }));

/** A part before the last ends where the next begins, in the order in which the decider would take them. */
function partsOf(command: SeriesCommand): readonly SeriesCommand[] {
  switch (command.type) {
    case 'ObserveMacro': {
      const { data } = command;
      const today = data.at.slice(0, 10);
      const ordered = sorted(data.values, ({ vintageOn, observedOn }) => `${vintageOn ?? today} ${observedOn}`);
      return cut(ordered).map((values) => ({ ...command, data: { ...data, values } }));
    }
    case 'ObserveRate': {
      const { data } = command;
      const ordered = sorted(data.fixings, ({ rateOn }) => rateOn);
      return cut(ordered).map((fixings) => ({ ...command, data: { ...data, fixings } }));
    }
    case 'ObserveHeadlines': {
      const { data } = command;
      const ordered = sorted(data.headlines, ({ publishedAt }) => publishedAt);
      return cut(ordered).map((headlines) => ({ ...command, data: { ...data, headlines } }));
    }
  }
}

const sorted = <Value>(values: readonly Value[], placeOf: (value: Value) => string): readonly Value[] =>
  values
    .map((value) => ({ value, place: placeOf(value) }))
    .sort((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : 0))
    .map(({ value }) => value);

const cut = <Value>(values: readonly Value[]): readonly (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / PART_MAX) }, (_, index) =>
    values.slice(index * PART_MAX, (index + 1) * PART_MAX),
  );
