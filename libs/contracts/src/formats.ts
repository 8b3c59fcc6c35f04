import { assert } from '@tocsin/domain-kit';
import { fullFormats } from 'ajv-formats/dist/formats.js';

type Format = { readonly validate: (text: string) => boolean };

const isFormat = (given: unknown): given is Format =>
  typeof given === 'object' && given !== null && 'validate' in given && typeof given.validate === 'function';

/** Moments of the first 28 days of a month in the one spelling of this house: nothing about them has to be worked out. */
const PLAIN_INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** As ajv judges it, which works out days, time zones and leap seconds. */
const ajvDateTime: unknown = fullFormats['date-time'];
assert(isFormat(ajvDateTime), 'ajv judges a date-time by a function');
const { validate } = ajvDateTime;

/** The formats of our schemas. Every fact carries half a dozen moments, so the plain ones are told by one look. */
export const formats: { readonly 'date-time': Format } = {
  'date-time': { validate: (text) => PLAIN_INSTANT.test(text) || validate(text) },
};
