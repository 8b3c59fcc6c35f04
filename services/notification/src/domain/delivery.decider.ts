import type {
  Attempts,
  DeliveryDeadLettered,
  DeliveryFailed,
  DeliveryIntended,
  DeliverySucceeded,
  DeliveryUnknown,
  Level,
} from '@tocsin/contracts';
import { msBetween, plusMs, refuse, type Decider, type Instant } from '@tocsin/domain-kit';
import { pauseMs } from './retry.ts';

/** One message on its way to one channel. Only an open delivery may be tried again. */
export type Delivery =
  | { readonly status: 'unheard-of' }
  | { readonly status: 'open'; readonly attempts: number; readonly firstAt: Instant | null }
  | { readonly status: 'delivered' | 'unknown' | 'dead-lettered' };

type Attempt = {
  readonly notificationId: string;
  readonly channelId: string;
  /** From 1; attempts whose outcome was lost are counted too. */
  readonly attempt: number;
  /** On the service's clock, like every `at`. */
  readonly at: Instant;
};

export type DeliveryCommand =
  /** Somebody is to be told. Written down before anything is sent. */
  | { readonly type: 'Intend'; readonly data: DeliveryIntended['data'] }
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
  | { readonly type: 'RecordLoss'; readonly data: Omit<Attempt, 'attempt'> & { readonly because: string } };

export type DeliveryEvent =
  DeliveryIntended | DeliverySucceeded | DeliveryFailed | DeliveryUnknown | DeliveryDeadLettered;

export type DeliveryRefusal = 'delivery-unheard-of' | 'delivery-settled';

/** Remembers how a delivery went, and decides whether and when it is tried again. */
export const deliveryDecider: Decider<DeliveryCommand, DeliveryEvent, Delivery, DeliveryRefusal> = {
  initialState: () => ({ status: 'unheard-of' }),

  decide(command, delivery) {
    // The same message intended twice is one message.
    if (command.type === 'Intend')
      return delivery.status === 'unheard-of' ? [{ type: 'DeliveryIntended', data: command.data }] : [];
    if (delivery.status === 'unheard-of') return refuse('delivery-unheard-of', 'Nobody intended this delivery.');
    if (delivery.status !== 'open') return refuse('delivery-settled', `This delivery is ${delivery.status} already.`);
    const { notificationId, channelId, at } = command.data;
    switch (command.type) {
      case 'RecordSuccess': {
        const { attempt, isPossibleRepeat: possibleRepeat, receipt } = command.data;
        return [
          {
            type: 'DeliverySucceeded',
            data: { notificationId, channelId, attempts: attempt, possibleRepeat, receipt, at },
          },
        ];
      }
      case 'RecordFailure': {
        const { attempt, errorCode, message, askedMs, chance, firstTriedAt, triedAt, patience } = command.data;
        if (attempt <= delivery.attempts) return []; // The same outcome, said twice.
        const dueAt = plusMs(triedAt, pauseMs(attempt, askedMs, chance, patience));
        const permanent = errorCode === 'REJECTED';
        const isOver = permanent || msBetween(firstTriedAt, dueAt) > patience.giveUpAfterMs;
        const retryAt = isOver ? null : dueAt;
        const failed: DeliveryFailed = {
          type: 'DeliveryFailed',
          data: { notificationId, channelId, attempt, errorCode, message, retryAt, permanent, at },
        };
        if (!isOver) return [failed];
        const firstAt = delivery.firstAt ?? at;
        const buried = { notificationId, channelId, attempts: attempt, lastError: message, firstAt, at };
        return [failed, { type: 'DeliveryDeadLettered', data: buried }];
      }
      case 'RecordLoss': {
        const { because } = command.data;
        return [{ type: 'DeliveryUnknown', data: { notificationId, channelId, because, at } }];
      }
    }
  },

  evolve(delivery, { type, data }) {
    switch (type) {
      case 'DeliveryIntended':
        return { status: 'open', attempts: 0, firstAt: null };
      case 'DeliveryFailed': {
        const firstAt = delivery.status === 'open' ? delivery.firstAt : null;
        return { status: 'open', attempts: data.attempt, firstAt: firstAt ?? data.at };
      }
      case 'DeliverySucceeded':
        return { status: 'delivered' };
      case 'DeliveryUnknown':
        return { status: 'unknown' };
      case 'DeliveryDeadLettered':
        return { status: 'dead-lettered' };
    }
  },
};

/**
 * Tells what to do about an attempt that was begun and whose outcome nobody wrote down: what matters is sent again under
 * the same id and may arrive twice; anything less is closed and may not arrive at all.
 */
export const isWorthRepeating = (level: Level): boolean => level === 'ERROR' || level === 'CRITICAL';
