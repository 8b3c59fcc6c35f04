export { Caller, type CallerOptions, type CallerStats, type CallOutcome, type PostOptions } from './caller.ts';
export type { Answer } from './http.ts';
export { NoAnswer, type NoAnswerReason } from './no-answer.ts';
