import { postedAlerts } from '../../../templates/alertmanager.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import type { Secrets } from '../secrets.ts';

export interface AlertmanagerOptions extends Manners {
  /** Where it is, without `/api/v2`. */
  readonly url: string;
  /** As whom to sign in with the secret as a password; null where the secret is a bearer token. */
  readonly user: string | null;
  readonly secrets: Secrets;
  /** Whether there should be a secret. */
  readonly isSecret: boolean;
}

/** An Alertmanager that routes and silences by its own rules what we tell it. It recognises alerts, so a repeat is none. */
export class AlertmanagerChannel extends CalledChannel {
  readonly kind = 'alertmanager';
  readonly #options: AlertmanagerOptions;

  constructor(options: AlertmanagerOptions) {
    super(options);
    this.#options = options;
  }

  async send(letter: Letter): Promise<string> {
    const { url, user, secrets, isSecret } = this.#options;
    const secret = isSecret ? secrets.newestOf(this.id) : null;
    const { status } = await this.caller.post(`${url}/api/v2/alerts`, postedAlerts(letter, Date.now()), {
      headers: secret === null ? {} : { authorization: authorization(user, secret) },
      secrets: secret === null ? [] : [secret],
    });
    return String(status);
  }
}

const authorization = (user: string | null, secret: string): string =>
  user === null ? `Bearer ${secret}` : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
