import type { ExternalSignalReceived } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import { signalSourceDecider, type ReceiveSignal, type SignalSource } from './domain/signal-source.decider.ts';

/** One sender of signals from outside; the name that the intake gave it is the key. */
export const signalSource: EntityType<ReceiveSignal, ExternalSignalReceived, SignalSource> = {
  type: 'signal-source',
  decider: signalSourceDecider,
};
