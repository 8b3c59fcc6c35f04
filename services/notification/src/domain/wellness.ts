/** How the chain from a market to a person stands, as far as notification can tell. */
export type Wellness = {
  /** Whether this instance is the one that works. */
  readonly isHolder: boolean;
  /** What keeps it from hearing or speaking, such as a halted lane; empty where nothing does. */
  readonly obstacles: readonly string[];
  /** How long ago escalation was heard of, in milliseconds; null where it was not since this process started. */
  readonly escalationSilentMs: number | null;
  /** Why a lane of escalation's stands still, as it says itself. */
  readonly escalationHalted: string | null;
};

/** Who is not heard of for so long is not there; escalation says the same of every service. */
export const SILENT_MS_MAX = 45_000;

/**
 * Returns why nobody should be told that all is well, or null when all is. A watcher outside alarms when it hears nothing,
 * so the worst that too much doubt does is a false alarm; too little would hide that nobody is told of anything.
 */
export function doubtOf({ isHolder, obstacles, escalationSilentMs, escalationHalted }: Wellness): string | null {
  if (!isHolder) return 'this instance stands by; the one that works says so itself';
  const [obstacle] = obstacles;
  if (obstacle !== undefined) return obstacle;
  if (escalationSilentMs === null || escalationSilentMs > SILENT_MS_MAX) return 'escalation is not heard of';
  return escalationHalted === null ? null : `escalation: ${escalationHalted}`;
}
