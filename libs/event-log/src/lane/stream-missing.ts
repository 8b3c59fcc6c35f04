import { JetStreamApiError } from '@nats-io/jetstream';

const STREAM_NOT_FOUND = 10_059;

/** Tells whether the server has answered that there is no such stream. */
export const isStreamMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND;
