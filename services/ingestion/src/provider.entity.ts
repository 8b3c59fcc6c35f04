import type { EntityType } from '@tocsin/event-log';
import {
  providerDecider,
  type ProviderCommand,
  type ProviderEvent,
  type ProviderState,
} from './domain/provider.decider.ts';

/** One provider as a whole; its name is the key. */
export const provider: EntityType<ProviderCommand, ProviderEvent, ProviderState> = {
  type: 'provider',
  version: 2,
  decider: providerDecider,
};
