import { readFileSync } from 'node:fs';
import { validatePolicy, type MarketCalendar } from '@tocsin/contracts';
import { instant, isRefusal, pairOf, plusMs, TIMEFRAMES, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import fc from 'fast-check';
import { add, definition, freshness, observe, pass, start, tuesday, watched } from '../../test/feed-words.ts';
import { defaultCalendars } from './calendars/calendars.ts';
import { customCalendar } from './calendars/custom-calendar.ts';
import { feedEntity } from '../feed.entity.ts';
import type { FeedCommand } from './feed.commands.ts';
import { feedDecider } from './feed.decider.ts';
import { evaluateAt, type Calendars, type Feed, type FeedEvent } from './feed.ts';

/** The calendars of the house without the one that the feed lives by. */
const others = defaultCalendars.all.filter(({ id }) => id !== definition.calendarId);
const without: Calendars = {
  has: (id) => others.some((other) => other.id === id),
  of: (id) => defaultCalendars.of(id),
};
const { given } = specify(feedDecider(without));
const { given: givenAll } = specify(feedDecider(defaultCalendars));

const at = tuesday('10:15:30');
const { pair } = definition;
const reason =
  'There is no calendar FX_24x5 any more: name its file under "calendars" in tocsin.config.json, and the feed goes on.';
const stranded: FeedEvent = { type: 'FeedPaused', data: { pair, reason, cause: 'calendar-missing', at } };
const paused: FeedEvent = { type: 'FeedPaused', data: { pair, reason: 'Lunch.', at } };
const resume: FeedCommand = { type: 'ResumeFeed', data: { at } };
const review: FeedCommand = { type: 'ReviewCalendar', data: { at } };

describe('a feed whose calendar is not there any more', () => {
  it.each<[string, FeedCommand]>([
    ['its deadline', pass(at)],
    ['a bar', observe(tuesday('10:00:00'), at)],
    ['a look at the calendars', review],
    ['news of its providers', { type: 'ObserveProviders', data: { down: [], reason: 'RECOVERED', at } }],
  ])('stops at %s, and says which one it wants and where it is named', (_, command) => {
    given(...watched)
      .when(command)
      .then(stranded);
  });

  it('is due at once, so that it need not wait for its next bar to stop', () => {
    const feed = watched.reduce(feedDecider(without).evolve, feedDecider(without).initialState());
    expect(feedEntity(without).deadlines?.(feed, pair)).toEqual([{ name: 'evaluate', at: tuesday('10:00:03') }]);
  });

  it('stops once', () => {
    given(...watched, stranded)
      .when(review)
      .thenNothing();
    given(...watched, stranded)
      .when(pass(at))
      .thenRefused('feed-paused');
  });

  it('is neither resumed nor added while it is not', () => {
    given(...watched, stranded)
      .when(resume)
      .thenRefused('calendar-unknown');
    given(...watched, stranded)
      .when(add(at))
      .thenRefused('calendar-unknown');
    given().when(add(at)).thenRefused('calendar-unknown');
  });

  it('goes on by itself once it is there again, and says how fresh that finds it', () => {
    const later = tuesday('10:31:00');
    const amber = freshness('AMBER', 'GREEN', later, {
      ratio: 1860 / 900,
      barCloseAt: tuesday('10:00:00'),
      reason: 'TIME',
    });
    givenAll(...watched, stranded)
      .when({ type: 'ReviewCalendar', data: { at: later } })
      .then({ type: 'FeedResumed', data: { pair, at: later } }, amber);
  });

  it('stays paused for whoever paused it, before that or after', () => {
    givenAll(...watched, paused)
      .when(review)
      .thenNothing();
    given(...watched, stranded)
      .when({ type: 'PauseFeed', data: { reason: 'Lunch.', at } })
      .then(paused);
    givenAll(...watched, stranded, paused)
      .when(review)
      .thenNothing();
  });

  it('can be removed', () => {
    const gone = { reason: 'Not wanted.', at };
    given(...watched)
      .when({ type: 'RemoveFeed', data: gone })
      .then({ type: 'FeedRemoved', data: { pair, ...gone } });
  });

  it('is nothing to look at while its calendar is there', () => {
    givenAll(...watched)
      .when(review)
      .thenNothing();
  });
});

const examples = ['xetr.json', 'lunch-and-night.json', 'over-midnight.json'];
const documentOf = (file: string): MarketCalendar => {
  const url = new URL(`../../../../proto-schemas/policy/calendar.good/${file}`, import.meta.url);
  const document: unknown = JSON.parse(readFileSync(url, 'utf8'));
  validatePolicy('calendar', document);
  return document;
};

describe('a feed whose calendar comes to its end', () => {
  const calendar = customCalendar(documentOf('xetr.json'));
  const calendars = defaultCalendars.with([calendar]);
  const daily = { ...definition, pair: pairOf('SAP', '1d'), timeframe: '1d', calendarId: 'XETR' } as const;
  const { given: givenDaily } = specify(feedDecider(calendars));
  const end = calendar.coversUntil ?? start;

  it('stops while the days that it looks ahead to are still known, and says what is missing', () => {
    const beganAt = plusMs(end, -90 * 86_400_000);
    const last = plusMs(end, -86_400_000);
    givenDaily({ type: 'FeedAdded', data: { ...daily, at: beganAt } })
      .when(pass(last))
      .then({
        type: 'FeedPaused',
        data: {
          pair: daily.pair,
          reason: `Calendar XETR, version ${calendar.version}, does not know enough days around ${last.slice(0, 10)}: give it more years and another version, and the feed goes on.`,
          cause: 'calendar-missing',
          at: last,
        },
      });
  });

  it.each(examples)('never fails at a decision, however near the end is: %s', (file) => {
    const custom = customCalendar(documentOf(file));
    const book = defaultCalendars.with([custom]);
    const decider = feedDecider(book);
    const entity = feedEntity(book);
    const until = custom.coversUntil ?? start;
    const anyOffsetMs = fc.integer({ min: 0, max: 12 * 86_400_000 });
    const anyCommands = fc.array(fc.oneof(fc.constant('pass' as const), fc.constant('bar' as const)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.constantFrom(...TIMEFRAMES), anyOffsetMs, anyCommands, (timeframe, offsetMs, commands) => {
        const wanted = { ...definition, timeframe, pair: pairOf('X', timeframe), calendarId: custom.id };
        let now: Instant = plusMs(until, -offsetMs);
        let state: Feed = decider.initialState();
        const say = (command: FeedCommand): void => {
          const outcome = decider.decide(command, state);
          if (isRefusal(outcome)) return;
          state = outcome.reduce(decider.evolve, state);
          entity.deadlines?.(state, 'X');
        };
        say({ type: 'AddFeed', data: { definition: wanted, at: now } });
        for (const command of commands) {
          now = (state.status === 'active' ? evaluateAt(state, book) : null) ?? plusMs(now, 60_000);
          if (command === 'pass') say({ type: 'PassDeadline', data: { at: now } });
          else say(observe(instant(Math.floor(Date.parse(now) / 60_000) * 60_000 - 3_600_000), now));
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('a feed whose calendar lost the days behind it', () => {
  it('stops, since it cannot tell how old its newest bar is', () => {
    const document = documentOf('xetr.json');
    const calendar = customCalendar(document);
    const shorter = customCalendar({
      ...document,
      years: { ...document.years, first: document.years.last },
      version: '9',
    });
    const began = instant(`${document.years.last - 1}-06-01T10:00:00.000Z`);
    const now = instant(`${document.years.last}-03-01T10:00:00.000Z`);
    const daily = { ...definition, timeframe: '1d', calendarId: calendar.id } as const;
    specify(feedDecider(defaultCalendars.with([shorter])))
      .given({ type: 'FeedAdded', data: { ...daily, at: began } })
      .when(pass(now))
      .then({
        type: 'FeedPaused',
        data: {
          pair,
          reason: expect.stringContaining(began.slice(0, 10)) as string,
          cause: 'calendar-missing',
          at: now,
        },
      });
  });
});
