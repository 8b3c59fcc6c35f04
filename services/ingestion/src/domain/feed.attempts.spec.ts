import { instant, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { decider, name, tuesday, watched } from '../../test/feed-words.ts';
import type { FeedCommand } from './feed.commands.ts';
import type { FeedEvent } from './feed.ts';

const { given } = specify(decider);

describe('an attempt', () => {
  const barCloseAt = tuesday('10:15:00');
  const failure = {
    failureSource: 'provider',
    errorCode: 'PROVIDER_ERROR',
    message: 'The provider answered 503.',
  } as const;
  const fail = (at: Instant, retryAfterMs: number | null = null, jitter = 0.5): FeedCommand => ({
    type: 'ObserveFailure',
    data: { provider: 'simulated', barCloseAt, failure: { ...failure, retryAfterMs }, jitter, at },
  });
  const failed = (attempt: number, at: Instant, retryAt: Instant | null): FeedEvent => ({
    type: 'AttemptFailed',
    data: { ...name, barCloseAt, attempt, attemptsMax: 5, exhausted: retryAt === null, retryAt, ...failure, at },
  });
  const ms = (text: string): Instant => instant(`2014-05-06T${text}Z`);

  const four = [
    failed(1, ms('10:15:03.000'), ms('10:15:03.500')),
    failed(2, ms('10:15:03.500'), ms('10:15:04.500')),
    failed(3, ms('10:15:04.500'), ms('10:15:06.500')),
    failed(4, ms('10:15:06.500'), ms('10:15:10.500')),
  ];

  it('R-14: is made up to five times, each delay twice the one before and spread by chance', () => {
    given(...watched)
      .when(fail(ms('10:15:03.000')))
      .then(failed(1, ms('10:15:03.000'), ms('10:15:03.500')));
    given(...watched, ...four.slice(0, 3))
      .when(fail(ms('10:15:06.500')))
      .then(failed(4, ms('10:15:06.500'), ms('10:15:10.500')));
    given(...watched, ...four)
      .when(fail(ms('10:15:10.500')))
      .then(failed(5, ms('10:15:10.500'), null));
  });

  it('R-14: is not made again after the last one', () => {
    given(...watched, ...four, failed(5, ms('10:15:10.500'), null))
      .when(fail(ms('10:15:20.000')))
      .thenRefused('attempts-exhausted');
  });

  it('R-14: waits as long as the provider asks, unless that is over half a bar after the first', () => {
    given(...watched)
      .when(fail(ms('10:15:03.000'), 20_000))
      .then(failed(1, ms('10:15:03.000'), ms('10:15:23.000')));
    given(...watched)
      .when(fail(ms('10:15:03.000'), 450_000))
      .then(failed(1, ms('10:15:03.000'), ms('10:22:33.000')));
    given(...watched)
      .when(fail(ms('10:15:03.000'), 450_001))
      .then(failed(1, ms('10:15:03.000'), null));
  });

  it('R-14: never shares its moment with the one before, whatever chance says', () => {
    given(...watched)
      .when(fail(ms('10:15:03.000'), null, 0))
      .then(failed(1, ms('10:15:03.000'), ms('10:15:03.001')));
  });

  it('begins anew with the next bar', () => {
    const next = { ...failure, retryAfterMs: null };
    given(...watched, ...four, failed(5, ms('10:15:10.500'), null))
      .when({
        type: 'ObserveFailure',
        data: {
          provider: 'simulated',
          barCloseAt: tuesday('10:30:00'),
          failure: next,
          jitter: 0.5,
          at: tuesday('10:30:03'),
        },
      })
      .then({
        type: 'AttemptFailed',
        data: {
          ...name,
          barCloseAt: tuesday('10:30:00'),
          attempt: 1,
          attemptsMax: 5,
          exhausted: false,
          retryAt: ms('10:30:03.500'),
          ...failure,
          at: tuesday('10:30:03'),
        },
      });
  });

  it('tells what a provider said without what no fact can carry', () => {
    const at = ms('10:15:03.000');
    const message = '503\u0000 Service\r\nUnavailable\ud83d';
    given(...watched)
      .when({
        type: 'ObserveFailure',
        data: {
          provider: 'simulated',
          barCloseAt,
          failure: { ...failure, message, retryAfterMs: null },
          jitter: 0.5,
          at,
        },
      })
      .then({
        type: 'AttemptFailed',
        data: {
          ...name,
          barCloseAt,
          attempt: 1,
          attemptsMax: 5,
          exhausted: false,
          retryAt: ms('10:15:03.500'),
          ...failure,
          message: '503\ufffd Service Unavailable\ufffd',
          at,
        },
      });
  });

  it('that brings HTML instead of bars is quarantined, and has failed', () => {
    const body = `<!DOCTYPE html><title>Sign in</title>${' '.repeat(3_000)}`;
    const at = ms('10:15:03.000');
    given(...watched)
      .when({ type: 'ObserveGarbage', data: { provider: 'simulated', barCloseAt, body, jitter: 0.5, at } })
      .then(
        {
          type: 'BarQuarantined',
          data: {
            ...name,
            openAt: null,
            reason: 'NOT_TABULAR',
            detail: 'HTML where bars were expected',
            raw: `${body.slice(0, 1_999)}…`,
            at,
          },
        },
        {
          type: 'AttemptFailed',
          data: {
            ...name,
            barCloseAt,
            attempt: 1,
            attemptsMax: 5,
            exhausted: false,
            retryAt: ms('10:15:03.500'),
            failureSource: 'bad_output',
            errorCode: 'BAD_DATA',
            message: 'The provider answered with HTML where bars were expected.',
            at,
          },
        },
      );
  });
});
