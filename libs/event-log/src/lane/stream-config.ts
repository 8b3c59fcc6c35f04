import { DiscardPolicy, RetentionPolicy, StorageType, StoreCompression, type StreamConfig } from '@nats-io/jetstream';
import { commandStreamOf, streamOf, type ServiceName } from '@tocsin/contracts';

const NANOS_PER_MS = 1_000_000;
const DAY_MS = 86_400_000;

/** The largest message of a stream; the journal refuses a body well below it. */
export const MESSAGE_BYTES_MAX = 256 * 1_024;

/** What we ask of a stream. Every field here is compared with what the server answers. */
export type AskedStream = Partial<StreamConfig> & { readonly name: string; readonly subjects: string[] };

/** Settings that differ by deployment, not by code. */
export type StreamSettings = { readonly replicas: 1 | 3; readonly serverVersion: string };

const atLeast = (version: string, major: number, minor: number, patch = 0): boolean => {
  const [a = 0, b = 0, c = 0] = version.split(/[.-]/).map(Number);
  return a !== major ? a > major : b !== minor ? b > minor : c >= patch;
};

const compressed = (serverVersion: string) =>
  atLeast(serverVersion, 2, 10) ? { compression: StoreCompression.S2 } : {};

const DESCRIPTION = 'tocsin lane ';

/** The identity of the lane that a stream says that it is; null when it says nothing of the kind. */
export const laneIdIn = (description: string | undefined): string | null => {
  const laneId = description?.startsWith(DESCRIPTION) === true ? description.slice(DESCRIPTION.length) : '';
  return /^[0-9a-f-]{36}$/.test(laneId) ? laneId : null;
};

/** The lane of a service: both families on one stream, kept for ever, so that failures and successes keep their order. */
export const laneStream = (
  service: ServiceName,
  laneId: string,
  { replicas, serverVersion }: StreamSettings,
): AskedStream => ({
  name: streamOf(service),
  description: `${DESCRIPTION}${laneId}`,
  subjects: [`evt.${service}.>`, `flt.${service}.>`],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_msg_size: MESSAGE_BYTES_MAX,
  max_age: 0,
  // Nothing may make the server let go of, or refuse, what a lane must keep.
  max_msgs: -1,
  max_bytes: -1,
  duplicate_window: 2 * 60_000 * NANOS_PER_MS,
  allow_direct: true,
  deny_delete: true,
  deny_purge: true,
  num_replicas: replicas,
  ...compressed(serverVersion),
});

/** Requests to a service; kept for seven days. */
export const commandStream = (service: ServiceName, { replicas, serverVersion }: StreamSettings): AskedStream => ({
  name: commandStreamOf(service),
  subjects: [`cmd.${service}.>`],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_msg_size: MESSAGE_BYTES_MAX,
  max_age: 7 * DAY_MS * NANOS_PER_MS,
  duplicate_window: 2 * 60_000 * NANOS_PER_MS,
  allow_direct: true,
  num_replicas: replicas,
  ...compressed(serverVersion),
});

/** The last beat of every service and agent. */
export const heartbeatStream = ({ replicas }: StreamSettings): AskedStream => ({
  name: 'HEARTBEAT',
  subjects: ['hb.>'],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  max_msgs_per_subject: 1,
  max_age: 60_000 * NANOS_PER_MS,
  num_replicas: replicas,
});

/** Sourced messages that carry an expected sequence are rejected by servers older than this. */
export const canSourceFailures = (serverVersion: string): boolean => atLeast(serverVersion, 2, 10, 14);

/** All lanes' failures in one place, for people and outside consumers: at least once, unordered across lanes. */
export const failuresStream = (
  services: readonly ServiceName[],
  { replicas, serverVersion }: StreamSettings,
): AskedStream => ({
  name: 'FAILURES',
  subjects: [],
  sources: services.map((service) => ({ name: streamOf(service), filter_subject: 'flt.>' })),
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  max_age: 90 * DAY_MS * NANOS_PER_MS,
  num_replicas: replicas,
  ...compressed(serverVersion),
});

/**
 * Names the fields that the server did not take as asked. Older servers ignore what they do not know and still
 * answer with success, so that the answer is the only thing to believe.
 */
export function fieldsNotAsAsked(asked: AskedStream, actual: Partial<StreamConfig>): readonly string[] {
  const given = new Map<string, unknown>(Object.entries(actual));
  return Object.entries(asked)
    .filter(([field, value]) => !isSame(field, value, given.get(field)))
    .map(([field, value]) => `${field}: asked ${JSON.stringify(value)}, got ${JSON.stringify(given.get(field))}`);
}

function isSame(field: string, asked: unknown, actual: unknown): boolean {
  if (field === 'sources' && Array.isArray(asked) && Array.isArray(actual)) return asked.length === actual.length;
  if (Array.isArray(asked)) return JSON.stringify(asked) === JSON.stringify(actual ?? []);
  // Zero, false and the empty text are what a server leaves out.
  return asked === actual || (actual === undefined && (asked === 0 || asked === false || asked === ''));
}
