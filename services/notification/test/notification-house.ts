import { House, type HouseOptions } from '@tocsin/testkit';
import { env } from '../src/config.ts';
import { NotificationModule } from '../src/notification.module.ts';
import { schema } from '../src/schema.ts';

type Settings = Readonly<Record<string, string>>;

/**
 * The notification service on real servers, and beside it those that it hears. It looks often, does not wait long, and
 * may reach this machine, where the receivers of tests are.
 */
export const openNotificationHouse = (
  settings: Settings = {},
  differences: Partial<Pick<HouseOptions<object>, 'clock'>> = {},
): Promise<House> =>
  House.open({
    plan: { service: 'notification', module: (config, kit) => NotificationModule.for(config, kit) },
    config: env.read({
      ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
      DELIVERY_TIMEOUT_MS: '1000',
      DELIVERY_POLL_MS: '20',
      ...settings,
    }),
    schema,
    hears: ['escalation', 'analysis', 'ingestion'],
    ...differences,
  });
