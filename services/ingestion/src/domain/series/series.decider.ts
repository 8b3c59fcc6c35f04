import type { Decider } from '@tocsin/domain-kit';
import { observeHeadlines, rememberHeadline } from './headlines.ts';
import { observeMacro, rememberMacro } from './macro.ts';
import { observeRate, rememberRate } from './rate.ts';
import type { MacroSeries, RateSeries, Series, SeriesCommand, SeriesEvent, TopicSeries } from './series.ts';

/**
 * A stretch of the world beside prices of markets: a macro-economic series, a rate of exchange, or a topic. Providers
 * tell all of it each time they are asked; what is said is what is news.
 */
export const seriesDecider: Decider<SeriesCommand, SeriesEvent, Series> = {
  initialState: () => ({ kind: 'unknown' }),

  decide({ type, data }, series) {
    switch (type) {
      case 'ObserveMacro':
        return observeMacro(data, macroOf(series));
      case 'ObserveRate':
        return observeRate(data, rateOf(series));
      case 'ObserveHeadlines':
        return observeHeadlines(data, topicOf(series));
    }
  },

  evolve(series, event) {
    switch (event.type) {
      case 'MacroObserved':
        return rememberMacro(event, macroOf(series));
      case 'RateObserved':
        return rememberRate(event, rateOf(series));
      case 'HeadlineObserved':
        return rememberHeadline(event, topicOf(series));
    }
  },
};

// Keys begin with the provider, and each provider has one kind of series; so no series is ever of another kind.
const macroOf = (series: Series): MacroSeries | undefined => (series.kind === 'macro' ? series : undefined);
const rateOf = (series: Series): RateSeries | undefined => (series.kind === 'rate' ? series : undefined);
const topicOf = (series: Series): TopicSeries | undefined => (series.kind === 'topic' ? series : undefined);
