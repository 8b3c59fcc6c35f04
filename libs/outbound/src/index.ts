export type { BreakerChange, BreakerState } from './breaker.ts';
export {
  Caller,
  type CallerOptions,
  type CallerStats,
  type CallOutcome,
  type GetOptions,
  type PostOptions,
} from './caller.ts';
export { Cancelled } from './cancelled.ts';
export type { Answer } from './http.ts';
export { NoAnswer, type NoAnswerReason } from './no-answer.ts';
export { Refused, withoutSecrets, type Reply } from './reply.ts';
