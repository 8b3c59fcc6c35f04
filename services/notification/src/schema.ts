import type { ServiceSchema } from '@tocsin/event-log';
import { KnownChannels1700000004003 } from './inbound/channels/channels.migration.ts';
import { Choices1700000004004 } from './inbound/choices/choices.migration.ts';
import { Notices1700000004002 } from './inbound/notices/notices.migration.ts';
import { Simulations1700000004011 } from './inbound/simulations/simulations.migration.ts';
import { Deliveries1700000004010 } from './outbound/deliveries.migration.ts';
import { DeliveryWork1700000004001 } from './outbound/delivery-work.migration.ts';
import { TrailAge1700000004012 } from './outbound/trail-age.migration.ts';

/** The tables of this service's own, beside those of the log. */
export const schema: ServiceSchema = {
  service: 'notification',
  migrations: [
    DeliveryWork1700000004001,
    Notices1700000004002,
    KnownChannels1700000004003,
    Choices1700000004004,
    Deliveries1700000004010,
    Simulations1700000004011,
    TrailAge1700000004012,
  ],
};
