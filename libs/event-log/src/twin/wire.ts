/**
 * The way between one process and the servers of the twin. The servers themselves are instant and never fail; whatever
 * is slow, lost, doubled or cut short happens here, which is where a simulation takes hold.
 */
export interface Wire {
  /** Asks and waits: `effect` happens at the server, its result comes back. */
  call<Result>(what: string, effect: () => Result | Promise<Result>): Promise<Result>;
  /** Sends without waiting; what is sent on one wire arrives in order, or not at all. */
  send(effect: () => void): void;
  /** What the server says unasked: `deliver` happens at the process. */
  push(kind: 'message' | 'acknowledgement', deliver: () => void): void;
}

/** A wire on which nothing goes wrong and nothing takes time. */
export const directWire: Wire = {
  call: async (_, effect) => effect(),
  send: (effect) => {
    effect();
  },
  push: (_, deliver) => {
    queueMicrotask(deliver);
  },
};
