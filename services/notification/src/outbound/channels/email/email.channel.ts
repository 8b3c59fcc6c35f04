import { Rejected, type Fault } from '@tocsin/domain-kit';
import { Caller, NoAnswer, type CallerOptions, type CallerStats } from '@tocsin/outbound';
import { createHash } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import { createTransport } from 'nodemailer';
import type { DeliveryChannel, Letter } from '../channel.ts';

/** By which server mail goes, from whom and to whom. */
export interface EmailOptions {
  readonly id: string;
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly timeoutMs: number;
  readonly rate: NonNullable<CallerOptions['rate']>;
}

/**
 * Mail over SMTP. No mail server recognises a repeat, so a repeated mail has the same Message-ID, which readers fold into
 * one, and says that it may be one.
 */
export class EmailChannel implements DeliveryChannel {
  readonly id: string;
  readonly kind = 'email';
  readonly timeoutMs: number;
  readonly #options: EmailOptions;
  readonly #transport;
  readonly #caller: Caller;

  constructor(options: EmailOptions) {
    const { id, timeoutMs, rate } = options;
    this.id = id;
    this.timeoutMs = timeoutMs;
    this.#options = options;
    this.#transport = createTransport({ url: options.smtpUrl, disableFileAccess: true, disableUrlAccess: true });
    this.#caller = new Caller(id, { timeoutMs, rate });
  }

  async send(letter: Letter): Promise<string> {
    return this.#caller.run(async (signal) => {
      try {
        const { response, rejected } = await this.#transport.sendMail({ ...this.#mailOf(letter), signal });
        // The others have it, and sending it again would tell them twice. So it counts, and the receipt says so.
        return rejected.length === 0
          ? response
          : `${response} (${rejected.length} of ${this.#options.to.length} refused)`;
      } catch (error) {
        throw sorted(error);
      }
    });
  }

  isReady(): Promise<boolean> {
    return this.#caller.isReady();
  }

  stats(): CallerStats {
    return this.#caller.stats();
  }

  async close(): Promise<void> {
    this.#transport.close();
    await this.#caller.close();
  }

  #mailOf({ notificationId, episodeId, title, text, facts, isPossibleRepeat }: Letter) {
    const { from, to } = this.#options;
    const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
    const idOf = (name: string): string =>
      `<${createHash('sha256').update(name).digest('hex').slice(0, 32)}@${domain}>`;
    return {
      from,
      to: [...to],
      subject: isPossibleRepeat ? `${title} (possible repeat)` : title,
      text: [
        ...(isPossibleRepeat
          ? ['A possible repeat: nobody can tell whether this mail has reached you before.', '']
          : []),
        text,
        '',
        ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
        '',
        notificationId,
      ].join('\n'),
      messageId: idOf(notificationId),
      references: idOf(episodeId), // All mails of one episode make one thread.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Tocsin-Notification-Id': notificationId },
    };
  }
}

/** A reply of the 5xx class is final; anything else (4xx, no connection, no greeting) may be mended by another try. */
function sorted(error: unknown): Fault {
  // By its mark rather than by its class: these errors come from the system, whose class is not always our own.
  if (!isNativeError(error)) return new NoAnswer('unreachable', 'email: the send failed', { cause: error });
  const said = `email: ${error.message}`;
  const isFinal = 'permanent' in error && error.permanent === true;
  return isFinal ? new Rejected(said, { cause: error }) : new NoAnswer('unreachable', said, { cause: error });
}
