export type { BreakerChange, BreakerState } from './breaker.ts';
export type { CallerOptions, CallerStats, CallOutcome, GetOptions, PostOptions } from './caller-options.ts';
export { Caller } from './caller.ts';
export { Cancelled } from './cancelled.ts';
export type { Answer } from './http.ts';
export { NoAnswer, type NoAnswerReason } from './no-answer.ts';
export { OutOfReach, Reach } from './reach.ts';
export { Refused, withoutSecrets, type Reply } from './reply.ts';
