export type { Brand } from './brand.ts';
export { decimal, decimalOf, toNumber, type Decimal } from './decimal.ts';
export { assert, ContractViolation, Fault, Rejected, Unreachable, VersionConflict } from './faults.ts';
export { earlierOf, epochMs, instant, laterOf, msBetween, plusMs, type Instant } from './instant.ts';
export {
  isTimeframe,
  pairOf,
  symbolToken,
  TIMEFRAMES,
  timeframeMs,
  type Pair,
  type SymbolToken,
  type Timeframe,
} from './instrument.ts';
export { isRefusal, refuse, type Decider, type Message, type Refusal } from './message.ts';
export { plainText, TEXT_CHARS_MAX } from './text.ts';
export { isTimeZone, TimeZone, zoneNamed } from './time-zone.ts';
