/** How a process tells time and waits: the world's time, never the service's. The simulator has one of its own. */
export interface WallClock {
  /** Milliseconds that only ever grow, for limits and leases. */
  readonly monotonicMs: () => number;
  /** Milliseconds since 1970; may jump when somebody sets the machine's clock. */
  readonly wallMs: () => number;
  /** Calls `call` once after `delayMs`; returns how to cancel it. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/** The machine's own. */
export const wallClock: WallClock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
