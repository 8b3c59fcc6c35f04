import { isServiceName, SERVICES, type ServiceName } from '@tocsin/contracts';
import { defineEnv, type BaseConfig, type EnvOf } from '@tocsin/service-kit';

const anyService = `(?:${SERVICES.join('|')})`;

/** What this service reads from the environment, besides what all services read. */
export const env = defineEnv({
  EXPECTED_SERVICES: {
    type: 'text',
    pattern: new RegExp(`^${anyService}(?:,${anyService})*$`),
    default: 'ingestion,analysis,notification,query',
    help: 'The services whose silence is an alarm, separated by commas. A service that is not named may come and go.',
  },
});

export type EscalationConfig = EnvOf<typeof env> & BaseConfig;

export const expectedServices = ({ EXPECTED_SERVICES }: EnvOf<typeof env>): ReadonlySet<ServiceName> =>
  new Set(EXPECTED_SERVICES.split(',').filter(isServiceName));
