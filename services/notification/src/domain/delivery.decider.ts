import type {
  Attempts,
  DeliveryDeadLettered,
  DeliveryFailed,
  DeliveryGathered,
  DeliveryIntended,
  DeliveryIntendedData,
  DeliveryRedriven,
  DeliverySucceeded,
  DeliveryUnknown,
  DeliveryWithdrawn,
  Level,
} from '@tocsin/contracts';
import { msBetween, plusMs, refuse, type Decider, type Instant } from '@tocsin/domain-kit';
import { redriveObstacle } from './deliveries/redrive.ts';
import { pauseMs } from './retry.ts';

/** What is remembered of a letter; the letter itself is on the work list. */
type Addressed = Pick<DeliveryIntendedData, 'scope' | 'episodeId' | 'level' | 'tenant'> & {
  readonly intendedAt: Instant;
};

/** One message on its way to one channel. Only an open delivery may be tried again, and only a dead letter be redriven. */
export type Delivery =
  | { readonly status: 'unheard-of' }
  | {
      readonly status: 'open';
      readonly about: Addressed;
      readonly attempts: number;
      /** When the first attempt since it was intended, or redriven, failed. */
      readonly firstAt: Instant | null;
    }
  | { readonly status: 'dead-lettered'; readonly about: Addressed; readonly attempts: number }
  | { readonly status: 'delivered' | 'unknown' | 'gathered' | 'withdrawn' };

type Ids = {
  readonly notificationId: string;
  readonly channelId: string;
  /** On the service's clock, like every `at`. */
  readonly at: Instant;
};

/** `attempt` counts from 1; attempts whose outcome was lost are counted too. */
type Attempt = Ids & { readonly attempt: number };

export type DeliveryCommand =
  /** Somebody is to be told. Written down before anything is sent. */
  | { readonly type: 'Intend'; readonly data: DeliveryIntendedData }
  | {
      readonly type: 'RecordSuccess';
      readonly data: Attempt & { readonly isPossibleRepeat: boolean; readonly receipt: string | null };
    }
  | {
      readonly type: 'RecordFailure';
      readonly data: Attempt & {
        readonly errorCode: DeliveryFailed['data']['errorCode'];
        readonly message: string;
        /** How long the receiver asked to be left alone, in milliseconds. */
        readonly askedMs: number | null;
        /** Uniform in [0, 1). */
        readonly chance: number;
        /** On the wall clock, like every retry: receivers live there, whatever clock the service keeps. */
        readonly firstTriedAt: Instant;
        readonly triedAt: Instant;
        /** How patient the policy is. */
        readonly patience: Attempts;
      };
    }
  | { readonly type: 'RecordLoss'; readonly data: Ids & { readonly because: string } }
  | { readonly type: 'Gather'; readonly data: Ids & { readonly into: string } }
  | {
      readonly type: 'Withdraw';
      readonly data: Ids & {
        readonly because: DeliveryWithdrawn['data']['because'];
        readonly mayHaveArrived: boolean;
      };
    }
  | {
      readonly type: 'Redrive';
      readonly data: Ids & {
        readonly by: string;
        readonly reason: string;
        readonly isForced: boolean;
        /** Only to say what would happen. */
        readonly isRehearsal: boolean;
        /** Whether the letter itself is still there. */
        readonly isKept: boolean;
        /** Whether everything that it is about is over by now. */
        readonly isOver: boolean;
      };
    };

export type DeliveryEvent =
  | DeliveryIntended
  | DeliverySucceeded
  | DeliveryFailed
  | DeliveryUnknown
  | DeliveryDeadLettered
  | DeliveryGathered
  | DeliveryWithdrawn
  | DeliveryRedriven;

export type DeliveryRefusal =
  'delivery-unheard-of' | 'delivery-settled' | 'delivery-not-dead' | 'episode-over' | 'too-old';

/** Remembers how a delivery went, and decides whether and when it is tried again. */
export const deliveryDecider: Decider<DeliveryCommand, DeliveryEvent, Delivery, DeliveryRefusal> = {
  initialState: () => ({ status: 'unheard-of' }),

  decide(command, delivery) {
    if (command.type === 'Intend') {
      // Whoever wants the same to be told on the same channel wants it told once.
      return delivery.status === 'unheard-of' ? [{ type: 'DeliveryIntended', data: command.data }] : [];
    }
    if (command.type === 'Redrive') return decideRedrive(command, delivery);
    if (delivery.status === 'unheard-of') return refuse('delivery-unheard-of', 'Nobody was to be told this.');
    if (delivery.status !== 'open') return refuse('delivery-settled', `This delivery is ${delivery.status} already.`);
    const { notificationId, channelId, at } = command.data;
    const ids = { notificationId, channelId, ...tenantOf(delivery.about) };
    switch (command.type) {
      case 'RecordSuccess': {
        const { attempt, isPossibleRepeat: possibleRepeat, receipt } = command.data;
        return [{ type: 'DeliverySucceeded', data: { ...ids, attempts: attempt, possibleRepeat, receipt, at } }];
      }
      case 'RecordFailure':
        return decideFailure(command, delivery);
      case 'RecordLoss': {
        const { because } = command.data;
        return [{ type: 'DeliveryUnknown', data: { ...ids, because, at } }];
      }
      case 'Gather': {
        const { into } = command.data;
        return [{ type: 'DeliveryGathered', data: { ...ids, into, at } }];
      }
      case 'Withdraw': {
        const { because, mayHaveArrived } = command.data;
        return [{ type: 'DeliveryWithdrawn', data: { ...ids, because, mayHaveArrived, at } }];
      }
    }
  },

  evolve(delivery, { type, data }) {
    switch (type) {
      case 'DeliveryIntended': {
        const { scope, episodeId, level, at: intendedAt } = data;
        const about = { scope, episodeId, level, ...tenantOf(data), intendedAt };
        return { status: 'open', about, attempts: 0, firstAt: null };
      }
      case 'DeliveryFailed':
        if (delivery.status !== 'open') return delivery;
        return { ...delivery, attempts: data.attempt, firstAt: delivery.firstAt ?? data.at };
      case 'DeliverySucceeded':
        return { status: 'delivered' };
      case 'DeliveryUnknown':
        return { status: 'unknown' };
      case 'DeliveryDeadLettered':
        if (delivery.status !== 'open') return delivery;
        return { status: 'dead-lettered', about: delivery.about, attempts: delivery.attempts };
      case 'DeliveryGathered':
        return { status: 'gathered' };
      case 'DeliveryWithdrawn':
        return { status: 'withdrawn' };
      case 'DeliveryRedriven':
        if (delivery.status !== 'dead-lettered') return delivery;
        return { status: 'open', about: delivery.about, attempts: delivery.attempts, firstAt: null };
    }
  },
};

type CommandNamed<Name extends DeliveryCommand['type']> = Extract<DeliveryCommand, { readonly type: Name }>;
type OpenDelivery = Extract<Delivery, { readonly status: 'open' }>;

function decideFailure({ data }: CommandNamed<'RecordFailure'>, { about, attempts, ...open }: OpenDelivery) {
  const { notificationId, channelId, at, attempt, errorCode, message, askedMs, chance } = data;
  const { firstTriedAt, triedAt, patience } = data;
  if (attempt <= attempts) return []; // The same outcome, said twice.
  const ids = { notificationId, channelId, ...tenantOf(about) };
  const dueAt = plusMs(triedAt, pauseMs(attempt, askedMs, chance, patience));
  const permanent = errorCode === 'REJECTED';
  const isOver = permanent || msBetween(firstTriedAt, dueAt) > patience.giveUpAfterMs;
  const retryAt = isOver ? null : dueAt;
  const failed: DeliveryFailed = {
    type: 'DeliveryFailed',
    data: { ...ids, attempt, errorCode, message, retryAt, permanent, at },
  };
  if (!isOver) return [failed];
  const { scope, episodeId, level } = about;
  const firstAt = open.firstAt ?? at;
  const buried: DeliveryDeadLettered = {
    type: 'DeliveryDeadLettered',
    data: { ...ids, attempts: attempt, lastError: message, firstAt, scope, episodeId, level, at },
  };
  return [failed, buried];
}

function decideRedrive({ data }: CommandNamed<'Redrive'>, delivery: Delivery) {
  const { notificationId, channelId, by, reason, isForced: forced, at } = data;
  if (delivery.status !== 'dead-lettered')
    return refuse('delivery-not-dead' as const, `Only what was given up is tried again; this is ${delivery.status}.`);
  if (!data.isKept) return refuse('delivery-not-dead' as const, 'Its letter is no longer kept, so it cannot be sent.');
  const obstacle = forced
    ? null
    : redriveObstacle({ isOver: data.isOver, ageMs: msBetween(delivery.about.intendedAt, at) });
  if (obstacle !== null) return obstacle;
  if (data.isRehearsal) return [];
  const redriven: DeliveryRedriven = {
    type: 'DeliveryRedriven',
    data: { notificationId, channelId, ...tenantOf(delivery.about), by, reason, forced, at },
  };
  return [redriven];
}

/** A tenant is named where it is not everybody's. */
const tenantOf = ({ tenant }: { readonly tenant?: string }): { readonly tenant?: string } =>
  tenant === undefined ? {} : { tenant };

/**
 * Tells what to do about an attempt that was begun and whose outcome nobody wrote down: what matters is sent again under
 * the same id and may arrive twice; anything less is closed and may not arrive at all.
 */
export const isWorthRepeating = (level: Level): boolean => level === 'ERROR' || level === 'CRITICAL';
