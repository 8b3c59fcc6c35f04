import { Rejected } from '@tocsin/domain-kit';
import { NoAnswer, type NoAnswerReason } from '@tocsin/outbound';
import type { Answer } from '../provider.ts';
import { failed, failureIn } from '../sorting.ts';
import { asTold } from './ccxt.bars.ts';

/** The families of ccxt's errors that are about the moment. The first that fits counts: they are kinds of each other. */
const ABOUT_THE_MOMENT: readonly (readonly [family: string, reason: NoAnswerReason])[] = [
  ['DDoSProtection', 'rate-limited'],
  ['RateLimitExceeded', 'rate-limited'],
  ['RequestTimeout', 'timeout'],
  ['OperationFailed', 'unreachable'],
];

/** Those in which the exchange said a final no to what it was asked. */
const FINAL = new Set([
  'ArgumentsRequired',
  'AuthenticationError',
  'BadRequest',
  'BadSymbol',
  'NotSupported',
  'RestrictedLocation',
]);

/**
 * Sorts what ccxt threw into the faults of this house. ccxt does not mind what it is answered with: some of its parsers
 * stumble over a page of HTML, so an error that is none of its own is an answer that nobody could read.
 */
export function faultOf(error: unknown, exchange: string): Rejected | NoAnswer {
  const families = familiesOf(error);
  const said = `${exchange}: ${wordsOf(error)}`;
  if (families.some((family) => FINAL.has(family))) return new Rejected(said);
  const reason = ABOUT_THE_MOMENT.find(([family]) => families.includes(family))?.[1] ?? 'unreachable';
  return new NoAnswer(reason, said, { cause: error });
}

/** Errors say what they are; some exchanges throw whatever they were answered with. */
function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : null;
  return typeof message === 'string' ? message : asTold(error);
}

/** What a fault means for a bar: an error that the exchange told, or nobody could read, is none of the network's. */
export function answerFor(fault: unknown): Answer {
  if (fault instanceof Rejected) return failed('REFUSED', fault.message);
  const isOfExchange =
    fault instanceof NoAnswer &&
    fault.reason === 'unreachable' &&
    fault.cause !== undefined &&
    !familiesOf(fault.cause).includes('NetworkError');
  return isOfExchange ? failed('PROVIDER_ERROR', fault.message) : failureIn(fault);
}

/** The names of the classes that an error is of, the narrowest first. */
function familiesOf(error: unknown): readonly string[] {
  const names: string[] = [];
  for (let at: unknown = error; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'constructor') && typeof at.constructor === 'function') names.push(at.constructor.name);
  }
  return names;
}
