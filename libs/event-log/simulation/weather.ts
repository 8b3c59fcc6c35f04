/** How bad things are at the moment: what may happen to any call. All zero is a fine day. */
export type Weather = {
  /** A process dies before its call leaves it, or before the answer reaches it. */
  crashPerCall: number;
  /** The database tells a transaction that it conflicts with another. */
  conflictPerCall: number;
  /** A call is carried out, and the connection is gone before its answer is there. */
  answerLostPerCall: number;
  /** An acknowledgement is lost, told twice, or told late. */
  acknowledgementLost: number;
  acknowledgementDoubled: number;
  acknowledgementLate: number;
  /** The longest time that a message is on its way, in milliseconds. */
  latencyMs: number;
};

export const fineWeather = (): Weather => ({
  crashPerCall: 0,
  conflictPerCall: 0,
  answerLostPerCall: 0,
  acknowledgementLost: 0,
  acknowledgementDoubled: 0,
  acknowledgementLate: 0,
  latencyMs: 4,
});
