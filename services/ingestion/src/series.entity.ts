import type { EntityType } from '@tocsin/event-log';
import { seriesDecider } from './domain/series/series.decider.ts';
import type { Series, SeriesCommand, SeriesEvent } from './domain/series/series.ts';

/** What is watched of the world beside prices of markets; the provider and its name for it are the key. */
export const series: EntityType<SeriesCommand, SeriesEvent, Series> = { type: 'series', decider: seriesDecider };
