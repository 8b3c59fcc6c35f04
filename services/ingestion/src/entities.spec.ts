import { definition, decider, start, watched } from '../test/feed-words.ts';
import { defaultCalendars } from './domain/calendars/calendars.ts';
import { feedEntity } from './feed.entity.ts';
import { provider } from './provider.entity.ts';

/** The names of everything that a state remembers, at every depth. */
const namesIn = (state: unknown): readonly string[] =>
  typeof state === 'object' && state !== null
    ? Object.entries(state).flatMap(([name, value]) => {
        const place = Array.isArray(state) ? '*' : name;
        const inner = namesIn(value).map((deeper) => `${place}.${deeper}`);
        return inner.length > 0 ? inner : [place];
      })
    : [];

/**
 * What entities remember is stored, and read again by later versions of this service. When one of these fails, raise the
 * `version` of the entity type, so that those that are stored are folded anew, and then write it down here.
 */
describe('what is remembered, by the version that remembers it', () => {
  it('of a feed', () => {
    const paused = { type: 'FeedPaused', data: { pair: definition.pair, reason: 'Lunch.', at: start } } as const;
    const names = new Set(namesIn([...watched, paused].reduce(decider.evolve, decider.initialState())));
    expect({ version: feedEntity(defaultCalendars).version, names: [...names].sort() }).toEqual({
      version: 3,
      names: [
        'attempts',
        'beganAt',
        'breakers.simulated.badSince',
        'breakers.simulated.exhaustedInARow',
        'breakers.simulated.status',
        'breakers.simulated.window.*',
        'closes.*',
        'colour',
        'definition.calendarId',
        'definition.calendarVersion',
        'definition.feedLatencyMs',
        'definition.pair',
        'definition.provider',
        'definition.simulated',
        'definition.symbol',
        'definition.timeframe',
        'definition.volumeKind',
        'flatInARow',
        'gaps',
        'judgedAt',
        'marketState',
        'missedInARow',
        'observedAt',
        'provider',
        'recent.*.closeAt',
        'recent.*.digest',
        'recent.*.openAt',
        'recent.*.revision',
        'refused',
        'status',
        'suspect',
        'waitsAfter',
        'wantsCalendar',
      ],
    });
  });

  it('of a provider', () => {
    expect({ version: provider.version, names: namesIn(provider.decider.initialState()) }).toEqual({
      version: 2,
      names: ['outageSince', 'breaker'],
    });
  });
});
