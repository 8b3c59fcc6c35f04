import type { DeliveryChannel, Letter } from '../channel.ts';

/** The part of a logger that tells people; pino fits. */
export interface NoticeLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The service's own log. It is always there, so that nothing can happen of which nobody hears. */
export class LogChannel implements DeliveryChannel {
  readonly kind = 'log';
  /** Nothing is waited for. */
  readonly timeoutMs = 1_000;

  constructor(
    readonly id: string,
    private readonly log: NoticeLog,
  ) {}

  send({ level, title, text, facts, notificationId, kind, simulated, isPossibleRepeat }: Letter): Promise<null> {
    const line = { notice: { notificationId, kind, level, simulated, text, isPossibleRepeat, ...facts } };
    switch (level) {
      case 'INFO':
        this.log.info(line, title);
        break;
      case 'WARN':
        this.log.warn(line, title);
        break;
      case 'ERROR':
      case 'CRITICAL':
        this.log.error(line, title);
        break;
    }
    return Promise.resolve(null);
  }
}
