import { destination, multistream, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { errorChain } from './error-chain.ts';
import { REDACTED, REDACTED_PATHS } from './redaction.ts';
import { openRotatingFile } from './rotating-file.ts';

export type LoggerOptions = {
  readonly service: string;
  readonly instance: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Gets every line too, rotated; none when null. */
  readonly file: string | null;
  /** Where lines go instead of standard output. */
  readonly output?: DestinationStream;
};

/** Every stream takes what the logger lets through. */
const ALL = 'trace';

/**
 * Opens the log of a process: one JSON object a line on standard output. An error under `err` becomes its whole chain of
 * causes; secrets and personal data are blanked out.
 */
export function openLogger({ service, instance, level, file, output = destination(1) }: LoggerOptions): Logger {
  const streams = file === null ? [output] : [output, openRotatingFile(file)];
  return pino(
    {
      level,
      base: { service, instance, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorChain },
      redact: { paths: REDACTED_PATHS, censor: REDACTED },
    },
    multistream(streams.map((stream) => ({ level: ALL, stream }))),
  );
}
