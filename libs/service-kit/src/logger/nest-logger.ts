import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Lets Nest's own lines into the one log of the process. Its tale of every module and route is for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.debug(contextOf(rest), textOf(message));
  }
  debug(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.debug(contextOf(rest), textOf(message));
  }
  verbose(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.trace(contextOf(rest), textOf(message));
  }
  warn(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.warn(contextOf(rest), textOf(message));
  }
  error(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.error({ ...contextOf(rest), ...(message instanceof Error && { err: message }) }, textOf(message));
  }
  fatal(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.fatal({ ...contextOf(rest), ...(message instanceof Error && { err: message }) }, textOf(message));
  }
}

/** Nest passes the name of the class that speaks as the last argument. */
function contextOf(rest: readonly unknown[]): { context?: string } {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return message instanceof Error ? message.message : JSON.stringify(message);
}
