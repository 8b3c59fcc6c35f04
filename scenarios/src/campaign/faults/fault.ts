import { BUILT_SERVICES, type ServiceName } from '@tocsin/contracts';
import type { Chance } from '../chance.ts';
import type { House } from '../house/house.ts';

/** What a fault takes hold of: nobody else may hit it meanwhile. */
export type Victim = ServiceName | 'nats' | 'postgres' | 'receivers';

/** One planned fault. */
export type Fault = {
  readonly kind: string;
  readonly victims: readonly Victim[];
  /** Does it and ends it: when this returns, the house is left to itself. */
  readonly inflict: (house: House) => Promise<void>;
};

/** A way in which the house is hit. */
export type FaultKind = {
  readonly kind: string;
  /** How often it is planned, compared with the others. */
  readonly share: number;
  /** Plans one of its kind. */
  readonly plan: (chance: Chance) => Omit<Fault, 'kind'>;
};

/** Any service, one as likely as the other. */
export const anyService = (chance: Chance): ServiceName => chance.pick(BUILT_SERVICES);
