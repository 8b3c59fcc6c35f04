import { instant, plusMs } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import {
  decider,
  definition,
  name,
  tuesday,
  start,
  add,
  observe,
  pass,
  added,
  freshness,
  noData,
  closed,
  missed,
  watched,
} from '../../test/feed-words.ts';
import type { FeedEvent } from './feed.ts';

const { given } = specify(decider);

describe('a feed', () => {
  it('is RED until its first bar, for want of data', () => {
    given().when(add(start)).then(added(start), noData(start));
  });

  it('is added once', () => {
    given(...watched)
      .when(add(tuesday('11:00:00')))
      .thenNothing();
  });

  it('is the same feed when a database has put the names in its sources into another order', () => {
    const sourced = { ...definition, sources: [{ provider: 'simulated', symbol: 'EURUSD' }] };
    const kept = { ...definition, sources: [{ symbol: 'EURUSD', provider: 'simulated' }] };
    given({ type: 'FeedAdded', data: { ...kept, at: start } })
      .when({ type: 'AddFeed', data: { definition: sourced, at: tuesday('11:00:00') } })
      .thenNothing();
  });

  it('goes on after a pause, with what it knew', () => {
    const paused: FeedEvent = {
      type: 'FeedPaused',
      data: { pair: name.pair, reason: 'Lunch.', at: tuesday('10:01:00') },
    };
    given(...watched, paused)
      .when(add(tuesday('10:31:00')))
      .then(
        added(tuesday('10:31:00')),
        freshness('AMBER', 'GREEN', tuesday('10:31:00'), {
          ratio: 1860 / 900,
          barCloseAt: tuesday('10:00:00'),
          reason: 'TIME',
        }),
      );
    given(...watched, paused)
      .when(observe(tuesday('10:00:00'), tuesday('10:15:02')))
      .thenRefused('feed-paused');
    given(...watched, paused)
      .when({ type: 'PauseFeed', data: { reason: 'Again.', at: tuesday('10:02:00') } })
      .thenNothing();
  });

  it('says nothing about a pair that nobody added', () => {
    given()
      .when(observe(start, tuesday('09:15:02')))
      .thenRefused('feed-unknown');
    given()
      .when({ type: 'PauseFeed', data: { reason: 'Unknown.', at: start } })
      .thenRefused('feed-unknown');
  });

  it('is paused once', () => {
    const pause = {
      type: 'PauseFeed',
      data: { reason: 'The recorded history has come to its end.', at: tuesday('10:05:00') },
    } as const;
    given(...watched)
      .when(pause)
      .then({ type: 'FeedPaused', data: { pair: name.pair, ...pause.data } });
  });
});

describe('a bar that does not come', () => {
  it('is missed once its latency is over, while the colour is kept', () => {
    given(...watched)
      .when(pass(tuesday('10:15:30')))
      .then(missed(tuesday('10:15:00'), 'GREEN', 1));
    given(...watched)
      .when(pass(tuesday('10:15:29')))
      .thenNothing();
  });

  it('turns the pair AMBER above 1.5 and RED from 3, between two boundaries and on them', () => {
    const amberAt = instant('2014-05-06T10:22:30.001Z');
    const amber = freshness('AMBER', 'GREEN', amberAt, {
      ratio: 1_350_001 / 900_000,
      barCloseAt: tuesday('10:00:00'),
      reason: 'TIME',
    });
    const inFlight = [...watched, missed(tuesday('10:15:00'), 'GREEN', 1)];
    given(...inFlight)
      .when(pass(amberAt))
      .then(amber);
    given(...inFlight, amber)
      .when(pass(tuesday('10:30:30')))
      .then(missed(tuesday('10:30:00'), 'AMBER', 2));
    given(...inFlight, amber, missed(tuesday('10:30:00'), 'AMBER', 2))
      .when(pass(tuesday('10:45:00')))
      .then(
        freshness('RED', 'AMBER', tuesday('10:45:00'), { ratio: 3, barCloseAt: tuesday('10:00:00'), reason: 'TIME' }),
      );
  });

  it('is forgotten with the next one that comes', () => {
    given(
      ...watched,
      missed(tuesday('10:15:00'), 'GREEN', 1),
      closed(tuesday('10:15:00'), tuesday('10:30:02'), { colour: 'GREEN', ratio: 2 / 900, schedulable: true }),
    )
      .when(pass(tuesday('10:45:30')))
      .then(missed(tuesday('10:45:00'), 'GREEN', 1));
  });
});

describe('a market', () => {
  it('that opens or closes is news, whatever the colour', () => {
    const friday = instant('2014-05-09T20:45:00.000Z');
    const before = plusMs(friday, -900_000);
    const bar = closed(plusMs(friday, -900_000), friday, { colour: 'GREEN', ratio: 0, schedulable: true });
    const green = freshness('GREEN', 'RED', friday, { ratio: 0, barCloseAt: friday, reason: 'BAR' });
    const close = instant('2014-05-09T21:00:00.000Z');
    const shut = freshness('GREEN', 'GREEN', close, {
      ratio: 1,
      barCloseAt: friday,
      reason: 'MARKET_CLOSED',
      marketState: 'CLOSED',
    });
    const open = instant('2014-05-11T21:00:00.000Z');
    given(added(before), noData(before), bar, green).when(pass(close)).then(shut);
    given(added(before), noData(before), bar, green, shut)
      .when(pass(open))
      .then(freshness('GREEN', 'GREEN', open, { ratio: 1, barCloseAt: friday, reason: 'MARKET_OPENED' }), {
        type: 'BarMissed',
        data: { ...name, boundaryAt: close, colour: 'GREEN', inARow: 1, at: open },
      });
  });
});
