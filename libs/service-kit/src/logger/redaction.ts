/** What stands in the log in place of a secret or of somebody's address. */
export const REDACTED = '[redacted]';

/** Fields that hold secrets or personal data, wherever an object has them at its top or one level below. */
const SENSITIVE = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'apiKey',
  'email',
  'recipient',
  'recipients',
];

/** The paths that pino blanks out. */
export const REDACTED_PATHS = [
  ...SENSITIVE.flatMap((field) => [field, `*.${field}`]),
  'req.headers',
  'headers.authorization',
];

/** Removes the user and password from every address in a text: drivers like to repeat the one they were given. */
export const withoutCredentials = (text: string): string => text.replace(/\/\/[^/\s@]+@/g, '//');
