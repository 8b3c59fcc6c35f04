/**
 * The parts of a lane, for who works on one without being a service: whoever measures it, or mends it. A service never
 * needs them; its door is `EventLog`.
 */
export type { NumberedEntry } from './journal/journal.ts';
export { chainNext, chainStart } from './lane/chain.ts';
export { Publisher } from './lane/publisher.ts';
export { wallClock } from './liveness/wall-clock.ts';
export { collectListeners } from './nest/listeners.ts';
export { HeardLane } from './step/heard-lane.ts';
export { heardBatch, heardFact } from './step/lane-input.ts';
export { LocalValues } from './step/local-values.ts';
export { Registry } from './step/registry.ts';
export { translate } from './step/translation.ts';
export { JetStream } from './stream/jetstream.ts';
export type { StoredMessage } from './stream/streams.ts';
