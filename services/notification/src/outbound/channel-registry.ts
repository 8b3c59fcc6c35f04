import type { ChannelSettings } from '@tocsin/contracts';
import { createHash } from 'node:crypto';
import { BrokenChannel } from './channels/broken.channel.ts';
import { bucketOf } from './channels/bucket.ts';
import type { DeliveryChannel } from './channels/channel.ts';
import { LiveChannel } from './channels/live.channel.ts';
import { CannotOpen, openChannel, type Surroundings } from './channels/open-channel.ts';
import type { SecretsDirectory } from './channels/secrets-directory.ts';
import type { Secret } from './channels/secrets.ts';
import type { OpenChannel, OpenChannels } from './open-channel.ts';

/** A channel that somebody made, as the registry has to know it. */
export type MadeChannel = {
  readonly channelId: string;
  readonly tenant: string;
  readonly version: number;
  readonly settings: ChannelSettings;
};

/** What the registry needs of a logger; pino fits. */
export interface RegistryLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface RegistryParts {
  /** Those that the operator wires; they are everybody's, and stay as they are. */
  readonly wired: OpenChannels;
  /** Those that somebody made, as they are now. */
  readonly read: () => Promise<readonly MadeChannel[]>;
  readonly secrets: SecretsDirectory;
  readonly surroundings: Surroundings;
  readonly log: RegistryLog;
}

type Standing = {
  readonly made: MadeChannel;
  readonly channel: LiveChannel;
  /** Its version and its secrets, digested: it is opened anew when that changes. */
  readonly mark: string;
};

/**
 * The channels that are there now. Those that somebody made open, change and close while the service runs, and a secret
 * whose file changes is taken up. One that cannot be opened is broken: its letters wait and say why, and it is tried
 * again at every look.
 */
export class ChannelRegistry implements OpenChannels {
  readonly #parts: RegistryParts;
  readonly #standing = new Map<string, Standing>();

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  find(channelId: string): OpenChannel | null {
    const standing = this.#standing.get(channelId);
    if (standing !== undefined) return { channel: standing.channel, rate: standing.made.settings.rate };
    return this.#parts.wired.find(channelId);
  }

  of(tenant: string): readonly Pick<DeliveryChannel, 'id' | 'kind'>[] {
    const own = [...this.#standing.values()].filter(({ made }) => made.tenant === tenant);
    return [...this.#parts.wired.of(tenant), ...own.map(({ channel }) => channel)];
  }

  all(): readonly DeliveryChannel[] {
    return [...this.#parts.wired.all(), ...[...this.#standing.values()].map(({ channel }) => channel)];
  }

  /** Brings what is open in line with what there is. */
  async look(): Promise<void> {
    const wanted = (await this.#parts.read()).filter(({ settings }) => settings.enabled);
    const ids = new Set(wanted.map(({ channelId }) => channelId));
    for (const [channelId, { channel }] of this.#standing) {
      if (ids.has(channelId)) continue;
      this.#standing.delete(channelId);
      this.#parts.log.info({ channelId }, 'a channel is closed');
      this.#inItsTime(channel.close());
    }
    for (const made of wanted) await this.#bringInLine(made);
  }

  async #bringInLine(made: MadeChannel): Promise<void> {
    const { channelId, version, settings } = made;
    const found = await this.#parts.secrets.read(settings.secretRefs);
    const mark = 'because' in found ? `${version}: ${found.because}` : `${version}: ${digestOf(found.secrets)}`;
    const standing = this.#standing.get(channelId);
    if (standing?.mark === mark) return;
    const next =
      'because' in found
        ? new BrokenChannel(channelId, settings.target.kind, found.because)
        : this.#open(channelId, settings, found.secrets);
    const channel = standing?.channel ?? new LiveChannel(next);
    this.#standing.set(channelId, { made, channel, mark });
    if (standing !== undefined) this.#inItsTime(channel.replace(next));
    if (next instanceof BrokenChannel)
      this.#parts.log.warn({ channelId, version, because: next.because }, 'a channel is broken');
    else this.#parts.log.info({ channelId, version }, 'a channel is open');
  }

  #open(channelId: string, { target, rate }: ChannelSettings, found: readonly Secret[]): DeliveryChannel {
    try {
      return openChannel(target, { id: channelId, rate: bucketOf(rate), found }, this.#parts.surroundings);
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error;
      return new BrokenChannel(channelId, target.kind, error.message);
    }
  }

  /** Nobody waits for the last send on a channel that is left. */
  #inItsTime(closing: Promise<void>): void {
    closing.catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, 'a channel that is left could not be closed');
    });
  }
}

/** Tells whether secrets have changed without keeping them. */
const digestOf = (secrets: readonly Secret[]): string =>
  createHash('sha256').update(JSON.stringify(secrets)).digest('hex');
