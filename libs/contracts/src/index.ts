export { decodeCommand, decodeEvent, encodeCommand, encodeEvent, validateCommand, validateEvent } from './codec.ts';
export type { Contract, Family } from './contract.ts';
export { ASYNC_API } from './generated/asyncapi.ts';
export { COMMANDS, EVENTS, POLICY_DEFAULTS } from './generated/catalogue.ts';
export * from './generated/messages.ts';
export type {
  AnyCommand,
  AnyEvent,
  CommandAttributes,
  CommandNamed,
  Envelope,
  EventAttributes,
  EventNamed,
  Recorded,
  Requested,
} from './messages.ts';
export { policyProblems, validatePolicy, type PolicyName } from './policies.ts';
export {
  BUILT_SERVICES,
  commandStreamOf,
  contractOf,
  isCommandName,
  isEventName,
  isServiceName,
  isToken,
  ownerKeyOf,
  parseSubject,
  SHARED_TENANT,
  streamOf,
  subjectOf,
  tenantOf,
  type SubjectParts,
} from './subjects.ts';
export { upcast, type Upcast, type Upcasters } from './upcasters.ts';
export { matchesAll, matcherFault } from './matchers.ts';
export { labelsOfEpisode, severityOf, type Labels } from './labels.ts';
export { isSilencedBy, silenceWindowFrom, type SilenceWindow } from './silences.ts';
export type { SchemaProblem } from './validation.ts';
