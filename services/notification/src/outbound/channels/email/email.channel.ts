import { Rejected, type Fault } from '@tocsin/domain-kit';
import { NoAnswer, OutOfReach, type Reach } from '@tocsin/outbound';
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { createTransport } from 'nodemailer';
import { mailOf } from '../../../templates/mail.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import type { Secrets } from '../secrets.ts';

/** By which server mail goes, from whom and to whom. */
export interface EmailOptions extends Manners {
  /** `smtp://` or `smtps://`, with user and password where the house's own server wants them. */
  readonly smtpUrl: string;
  /** As whom to sign in with the secret as a password; null where the address says it, or nobody has to. */
  readonly user: string | null;
  readonly secrets: Secrets;
  readonly from: string;
  readonly to: readonly string[];
}

/** The port of submission, where the address names none; RFC 8314. */
const PORTS = { secure: 465, open: 587 };

/**
 * Mail over SMTP, as text and as a page. No mail server recognises a repeat, so a repeated mail has the same Message-ID,
 * which readers fold into one, and says that it may be one.
 */
export class EmailChannel extends CalledChannel {
  readonly kind = 'email';
  readonly #options: EmailOptions;

  constructor(options: EmailOptions) {
    super(options);
    this.#options = options;
  }

  async send(letter: Letter): Promise<string> {
    const { smtpUrl: url, user, secrets, reach, to } = this.#options;
    const auth = user === null ? undefined : { user, pass: secrets.newestOf(this.id) };
    return this.caller.run(async (signal) => {
      const transport = createTransport({
        url,
        auth,
        disableFileAccess: true,
        disableUrlAccess: true,
        getSocket: socketsOf(reach, signal),
      });
      try {
        const { response, rejected } = await transport.sendMail({ ...this.#mailOf(letter), signal });
        // The others have it, and sending it again would tell them twice. So it counts, and the receipt says so.
        return rejected.length === 0 ? response : `${response} (${rejected.length} of ${to.length} refused)`;
      } catch (error) {
        throw sorted(error);
      } finally {
        transport.close();
      }
    });
  }

  #mailOf(letter: Letter) {
    const { from, to } = this.#options;
    const { notificationId, episodeId } = letter;
    const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
    const idOf = (name: string): string =>
      `<${createHash('sha256').update(name).digest('hex').slice(0, 32)}@${domain}>`;
    return {
      from,
      to: [...to],
      ...mailOf(letter),
      messageId: idOf(notificationId),
      references: idOf(episodeId), // All mails of one episode make one thread.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Tocsin-Notification-Id': notificationId },
    };
  }
}

/** What nodemailer asks for a connection, in the words of its transport. */
type GetSocket = (
  server: {
    readonly host?: string | undefined;
    readonly port?: number | string | undefined;
    readonly secure?: boolean | undefined;
  },
  callback: (error: Error | null, socket: { readonly connection: Socket } | false) => void,
) => void;

/** Opens the connection where it may be opened; nodemailer itself would go anywhere. */
const socketsOf =
  (reach: Reach, signal: AbortSignal): GetSocket =>
  ({ host = 'localhost', port, secure }, callback) => {
    reach.connect(host, Number(port ?? (secure === true ? PORTS.secure : PORTS.open)), signal).then(
      (connection) => {
        callback(null, { connection });
      },
      (error: unknown) => {
        callback(isNativeError(error) ? error : new Error('the connection failed'), false);
      },
    );
  };

/** A reply of the 5xx class is final; anything else (4xx, no connection, no greeting) may be mended by another try. */
function sorted(error: unknown): Fault {
  // By its mark rather than by its class: these errors come from the system, whose class is not always our own.
  if (!isNativeError(error)) return new NoAnswer('unreachable', 'email: the send failed', { cause: error });
  const said = `email: ${error.message}`;
  const isFinal = error instanceof OutOfReach || ('permanent' in error && error.permanent === true);
  return isFinal ? new Rejected(said, { cause: error }) : new NoAnswer('unreachable', said, { cause: error });
}
