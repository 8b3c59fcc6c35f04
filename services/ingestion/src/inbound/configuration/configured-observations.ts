import type { SchemaProblem, TocsinConfig } from '@tocsin/contracts';
import type { Part } from './part.ts';

/** Something of the world that is watched, by its provider. */
export type Observation = NonNullable<TocsinConfig['observations']>[number];

/** Reads what is watched of the world: each thing once, for two would say the same facts. */
export function readObservations({ observations = [] }: TocsinConfig): Part<readonly Observation[]> {
  const problems: SchemaProblem[] = [];
  const places = new Map<string, string>();
  for (const [index, observation] of observations.entries()) {
    const pointer = `/observations/${index}`;
    for (const name of namesOf(observation)) {
      const other = places.get(name);
      if (other !== undefined) problems.push({ pointer, message: `watches ${name}, which ${other} does already` });
      places.set(name, other ?? pointer);
    }
  }
  return { value: observations, problems };
}

/** The keys of the facts that come of it. */
function namesOf(observation: Observation): readonly string[] {
  switch (observation.provider) {
    case 'fred':
      return [`fred-${observation.series}`];
    case 'frankfurter':
      return observation.quotes.map((quote) => `frankfurter-${observation.base}${quote}`);
    case 'newsapi':
      return [`newsapi-${observation.topic}`];
  }
}
