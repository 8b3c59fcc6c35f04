/** What a campaign asks of its house. */
export type HouseSettings = {
  /** Moments of played history in a second. */
  readonly instantsPerSecond: number;
  /** Simulated pairs that are played. */
  readonly pairs: number;
  /** Of all acknowledgements of publishes, the part that is lost on the way. */
  readonly acknowledgementsLost: number;
  readonly say: (line: string) => void;
};

/** One attempt to deliver may take this long: receivers that fall silent must not hold up the campaign. */
export const DELIVERY_TIMEOUT_MS = 1_000;

/** PostgreSQL's sessions: room for five services, two of them twice, their successors, a second stack, and the campaign's own questions. */
export const SESSIONS_MAX = 160;

/** The log's own disk: a full campaign writes some 500 MB. */
export const DISK_MEGABYTES = 1_024;

const channel = (id: string, kind: string) => ({
  id,
  kind,
  name: id,
  enabled: true,
  minLevel: 'INFO',
  success: 'restoration',
  signals: false,
  rate: { messages: 200, perMs: 1_000 },
});

/** Everybody is told everything, and soon again after a failure: what is lost or doubled shows within minutes. */
export const POLICY = {
  routes: { INFO: 'all', WARN: 'all', ERROR: 'all', CRITICAL: 'all' },
  channels: [channel('ops-log', 'log'), channel('ops-webhook', 'webhook'), channel('ops-email', 'email')],
  grouping: { waitMs: 0, intervalMs: 0, criticalIntervalMs: 0 },
  repeats: { CRITICAL: { everyMs: 3_600_000, times: 6, thenEveryMs: 86_400_000 } },
  digests: {},
  attempts: { baseMs: 200, factor: 2, capMs: 2_000, giveUpAfterMs: 21_600_000 },
} as const;
