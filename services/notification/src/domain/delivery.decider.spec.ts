import { POLICY_DEFAULTS } from '@tocsin/contracts';
import { instant, plusMs } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { letterAbout } from './deliveries/letters.fixture.ts';
import { deliveryDecider, isWorthRepeating, type DeliveryCommand, type DeliveryEvent } from './delivery.decider.ts';

const story = specify(deliveryDecider);

/** The service may keep an accelerated clock; receivers never do. */
const at = instant('2014-05-06T10:31:40Z');
const DAY_MS = 86_400_000;
const wall = instant('2026-03-02T09:30:00Z');
const ids = { notificationId: 'esc:e1:CRITICAL:webhook:0', channelId: 'webhook' };

const letter = letterAbout(1, { ...ids, level: 'CRITICAL', channelKind: 'webhook', at });
const intended: DeliveryEvent = { type: 'DeliveryIntended', data: letter };
/** A delivery that somebody intended. */
const given = (...history: readonly DeliveryEvent[]) => story.given(intended, ...history);

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
  data: {
    ...{ ...ids, attempts, lastError, firstAt: at, at },
    ...{ scope: letter.scope, episodeId: letter.episodeId, level: 'CRITICAL' },
  },
});

const into = 'dig:1f0c9a3b7d5e2f48:webhook:0';
const gather: DeliveryCommand = { type: 'Gather', data: { ...ids, into, at } };
const gathered: DeliveryEvent = { type: 'DeliveryGathered', data: { ...ids, into, at } };
const why = { because: 'episode-over', mayHaveArrived: false } as const;
const withdraw = (): DeliveryCommand => ({ type: 'Withdraw', data: { ...ids, ...why, at } });
const withdrawn = (): DeliveryEvent => ({ type: 'DeliveryWithdrawn', data: { ...ids, ...why, at } });

type Redrive = Extract<DeliveryCommand, { type: 'Redrive' }>['data'];
const said = { by: 'dana', reason: 'The receiver is back.' };
const redrive = (changes: Partial<Redrive> = {}): DeliveryCommand => ({
  type: 'Redrive',
  data: {
    ...{ ...ids, ...said, isForced: false, isRehearsal: false, isKept: true, isOver: false, at: plusMs(at, DAY_MS) },
    ...changes,
  },
});
const redriven = (forced: boolean, redrivenAt = plusMs(at, DAY_MS)): DeliveryEvent => ({
  type: 'DeliveryRedriven',
  data: { ...ids, ...said, forced, at: redrivenAt },
});
const dead = [failed(1, null), deadLettered(1, 'webhook answered 500')] as const;

describe('a delivery', () => {
  it('is intended once, however often somebody intends it', () => {
    const intend: DeliveryCommand = { type: 'Intend', data: letter };
    story.given().when(intend).then(intended);
    given().when(intend).thenNothing();
    given(succeeded()).when(intend).thenNothing();
  });

  it('that nobody intended has no outcome', () => {
    for (const command of [success(), failure(), loss, gather, withdraw()]) {
      story.given().when(command).thenRefused('delivery-unheard-of');
    }
  });

  it('is told in a digest, or withdrawn, while it is open', () => {
    given(failed(1, 5_000)).when(gather).then(gathered);
    given(failed(1, 5_000)).when(withdraw()).then(withdrawn());
  });

  it('that was given up is tried again when a person wants it, and counts its attempts on', () => {
    given(...dead)
      .when(redrive())
      .then(redriven(false));
    given(...dead, redriven(false))
      .when(failure())
      .thenNothing();
    given(...dead, redriven(false))
      .when(failure({ attempt: 2 }))
      .then(failed(2, 10_000));
    given(...dead, redriven(false))
      .when(success(2))
      .then(succeeded(2));
  });

  it('is redriven only where it was given up, and its letter is still there', () => {
    given().when(redrive()).thenRefused('delivery-not-dead');
    given(succeeded())
      .when(redrive({ isForced: true }))
      .thenRefused('delivery-not-dead');
    given(...dead, redriven(false))
      .when(redrive())
      .thenRefused('delivery-not-dead');
    given(...dead)
      .when(redrive({ isKept: false, isForced: true }))
      .thenRefused('delivery-not-dead');
  });

  it('is not redriven when its episode is over or it is older than a day, unless somebody insists', () => {
    const late = plusMs(at, DAY_MS + 1);
    given(...dead)
      .when(redrive({ isOver: true }))
      .thenRefused('episode-over');
    given(...dead)
      .when(redrive({ at: late }))
      .thenRefused('too-old');
    given(...dead)
      .when(redrive({ isOver: true, at: late, isForced: true }))
      .then(redriven(true, late));
  });

  it('is as it was after a rehearsal, which says what would happen', () => {
    given(...dead)
      .when(redrive({ isRehearsal: true }))
      .thenNothing();
    given(...dead)
      .when(redrive({ isRehearsal: true, isOver: true }))
      .thenRefused('episode-over');
  });

  it('says whose people are told', () => {
    const acme: DeliveryEvent = { type: 'DeliveryIntended', data: { ...letter, tenant: 'acme' } };
    const taken = succeeded();
    if (taken.type !== 'DeliverySucceeded') throw new Error('it succeeded');
    story
      .given(acme)
      .when(success())
      .then({ ...taken, data: { ...taken.data, tenant: 'acme' } });
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
    ['gathered', [gathered]],
    ['withdrawn', [withdrawn()]],
  ] as const)('that is %s is over', (_, history) => {
    for (const command of [success(2), failure({ attempt: 2 }), loss, gather, withdraw()]) {
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
