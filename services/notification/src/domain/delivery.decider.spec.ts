import { POLICY_DEFAULTS } from '@tocsin/contracts';
import { instant, plusMs } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { deliveryDecider, isWorthRepeating, type DeliveryCommand, type DeliveryEvent } from './delivery.decider.ts';

const { given: givenNothing } = specify(deliveryDecider);
/** Every story begins with somebody who is to be told. */
const given = (...history: readonly DeliveryEvent[]) => givenNothing(intended, ...history);

/** The service may keep an accelerated clock; receivers never do. */
const at = instant('2014-05-06T10:31:40Z');
const wall = instant('2026-03-02T09:30:00Z');
const ids = { notificationId: 'esc:e1:CRITICAL:webhook:0', channelId: 'webhook' };

type Failure = Extract<DeliveryCommand, { type: 'RecordFailure' }>['data'];
const success = (attempt = 1, isPossibleRepeat = false): DeliveryCommand => ({
  type: 'RecordSuccess',
  data: { ...ids, attempt, isPossibleRepeat, receipt: '202', at },
});
const failure = (data: Partial<Failure> = {}): DeliveryCommand => ({
  type: 'RecordFailure',
  data: {
    ...ids,
    attempt: 1,
    errorCode: 'UNREACHABLE',
    message: 'webhook answered 500',
    askedMs: null,
    chance: 0.5,
    firstTriedAt: wall,
    triedAt: wall,
    patience: POLICY_DEFAULTS['notification-defaults'].attempts,
    at,
    ...data,
  },
});
const loss: DeliveryCommand = { type: 'RecordLoss', data: { ...ids, because: 'The process ended.', at } };

const succeeded = (attempts = 1, possibleRepeat = false): DeliveryEvent => ({
  type: 'DeliverySucceeded',
  data: { ...ids, attempts, possibleRepeat, receipt: '202', at },
});
const failed = (attempt: number, retryInMs: number | null): DeliveryEvent => ({
  type: 'DeliveryFailed',
  data: {
    ...ids,
    attempt,
    errorCode: 'UNREACHABLE',
    message: 'webhook answered 500',
    retryAt: retryInMs === null ? null : plusMs(wall, retryInMs),
    permanent: false,
    at,
  },
});
const unknown: DeliveryEvent = { type: 'DeliveryUnknown', data: { ...ids, because: 'The process ended.', at } };
const deadLettered = (attempts: number, lastError: string): DeliveryEvent => ({
  type: 'DeliveryDeadLettered',
  data: { ...ids, attempts, lastError, firstAt: at, at },
});

const letter = {
  ...ids,
  channelKind: 'webhook',
  kind: 'escalation',
  scope: 'pair-EURUSD-15m',
  episodeId: 'e1',
  level: 'CRITICAL',
  repeatIndex: 0,
  title: 'CRITICAL: EURUSD 15m',
  text: 'Three bars in a row could not be fetched.',
  facts: {},
  simulated: false,
  at,
} as const;
const intended: DeliveryEvent = { type: 'DeliveryIntended', data: letter };

describe('a delivery', () => {
  it('is written down before anything is sent, and once', () => {
    givenNothing().when({ type: 'Intend', data: letter }).then(intended);
    given().when({ type: 'Intend', data: letter }).thenNothing();
    given(succeeded()).when({ type: 'Intend', data: letter }).thenNothing();
  });

  it('that nobody intended has no outcome', () => {
    for (const command of [success(), failure(), loss]) givenNothing().when(command).thenRefused('delivery-unheard-of');
  });

  it('that was taken has succeeded', () => {
    given().when(success()).then(succeeded());
    given(failed(1, 5_000)).when(success(2)).then(succeeded(2));
    given().when(success(2, true)).then(succeeded(2, true));
  });

  it.each([
    [1, 5_000],
    [2, 10_000],
    [3, 20_000],
    [7, 320_000],
    [8, 600_000],
    [40, 600_000],
  ])('that failed for the %d. time is tried again after %d ms', (attempt, pauseMs) => {
    const history = attempt === 1 ? [] : [failed(attempt - 1, 0)];
    given(...history)
      .when(failure({ attempt }))
      .then(failed(attempt, pauseMs));
  });

  it('waits as long as the receiver asked it to', () => {
    given()
      .when(failure({ askedMs: 37_000 }))
      .then(failed(1, 37_000));
  });

  it('says a failure once', () => {
    given(failed(1, 5_000)).when(failure()).thenNothing();
  });

  it('is given up when the next attempt would come more than six hours after the first', () => {
    const triedAt = plusMs(wall, 6 * 3_600_000 - 600_000);
    const lastTry: DeliveryEvent = {
      type: 'DeliveryFailed',
      data: {
        ...(failed(40, null) as Extract<DeliveryEvent, { type: 'DeliveryFailed' }>).data,
        retryAt: plusMs(wall, 6 * 3_600_000),
      },
    };
    given(failed(39, 0))
      .when(failure({ attempt: 40, triedAt }))
      .then(lastTry);
    given(failed(40, 0))
      .when(failure({ attempt: 41, triedAt: plusMs(triedAt, 1) }))
      .then(failed(41, null), deadLettered(41, 'webhook answered 500'));
  });

  it('is given up at once when the receiver said a final no', () => {
    const no = { errorCode: 'REJECTED', message: 'webhook answered 404' } as const;
    given()
      .when(failure(no))
      .then(
        { type: 'DeliveryFailed', data: { ...ids, attempt: 1, ...no, retryAt: null, permanent: true, at } },
        deadLettered(1, 'webhook answered 404'),
      );
  });

  it('whose outcome was lost and that is not worth repeating stays unknown', () => {
    given().when(loss).then(unknown);
  });

  it.each([
    ['delivered', [succeeded()]],
    ['unknown', [unknown]],
    ['dead-lettered', [failed(1, null), deadLettered(1, 'no')]],
  ] as const)('that is %s is over', (_, history) => {
    for (const command of [success(2), failure({ attempt: 2 }), loss]) {
      given(...history)
        .when(command)
        .thenRefused('delivery-settled');
    }
  });

  it.each([
    ['INFO', false],
    ['WARN', false],
    ['ERROR', true],
    ['CRITICAL', true],
  ] as const)('of %s that may have arrived: sent again %s', (level, isRepeated) => {
    expect(isWorthRepeating(level)).toBe(isRepeated);
  });
});
