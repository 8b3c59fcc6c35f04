import type { EntityType } from '@tocsin/event-log';
import {
  deliveryDecider,
  type Delivery,
  type DeliveryCommand,
  type DeliveryEvent,
  type DeliveryRefusal,
} from './domain/delivery.decider.ts';

/** One notification on its way to one channel; the notification's id is the key. */
export const delivery: EntityType<DeliveryCommand, DeliveryEvent, Delivery, DeliveryRefusal> = {
  type: 'delivery',
  version: 3,
  decider: deliveryDecider,
};
