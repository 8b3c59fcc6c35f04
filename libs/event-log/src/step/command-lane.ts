import { commandStreamOf, decodeCommand, parseSubject, type ServiceName } from '@tocsin/contracts';
import { epochMs } from '@tocsin/domain-kit';
import type { Log } from '../liveness/log.ts';
import type { Store } from '../store/tables.ts';
import type { StoredMessage, StreamReader, Streams } from '../stream/streams.ts';
import type { HeardCommand } from './inputs.ts';

export type CommandLaneOptions = {
  readonly service: ServiceName;
  readonly streams: Streams;
  readonly store: Store;
  readonly log: Log;
  readonly wallMs: () => number;
  readonly onArrival: () => void;
};

/** What a request may call itself: the same as any id in an envelope. */
const COMMAND_ID = /^[\x21-\x7e]{1,256}$/;

/** How many handled requests are compared with the stream before everything is read again from its first message. */
const COMPARED_MAX = 64;

/**
 * Requests to a service. They have many writers and no chain, so the place to go on is found in what was handled: after
 * the greatest sequence that still holds the same id, else at the first. A repeat is recognised by its id.
 */
export class CommandLane {
  readonly #reader: StreamReader;
  readonly #options: CommandLaneOptions;

  constructor(options: CommandLaneOptions) {
    const { streams, service, onArrival } = options;
    this.#options = options;
    this.#reader = streams.openReader({
      stream: commandStreamOf(service),
      onArrival,
      findStart: () => this.#findStart(),
    });
  }

  get trouble(): string | null {
    return this.#reader.trouble;
  }

  get hasCommands(): boolean {
    return this.#reader.buffered > 0;
  }

  async tend(): Promise<void> {
    await this.#reader.tend();
  }

  take(max: number): readonly HeardCommand[] {
    return this.#reader.take(max).flatMap((message) => this.#read(message));
  }

  /** Reads again from what is known to be handled. */
  rewind(): void {
    this.#reader.startAfter(0);
  }

  close(): void {
    this.#reader.close();
  }

  /** A message whose subject is not of this system cannot even be refused: there is nobody to tell. */
  #read(message: StoredMessage): readonly HeardCommand[] {
    const subject = parseSubject(message.subject);
    if (subject === null || !COMMAND_ID.test(message.messageId)) {
      this.#options.log.warn(
        { subject: message.subject, sequence: message.sequence },
        'a request without subject or id is passed over',
      );
      return [];
    }
    const base = { kind: 'command', commandId: message.messageId, sequence: message.sequence, subject } as const;
    try {
      const request = decodeCommand(message.body, { sequence: message.sequence });
      const { expiresAt } = request;
      if (expiresAt !== null && epochMs(expiresAt) < this.#options.wallMs())
        return [
          {
            ...base,
            content: {
              kind: 'unreadable',
              refused: 'command-expired',
              because: `It was to be handled by ${expiresAt}.`,
            },
          },
        ];
      return [{ ...base, content: { kind: 'readable', request } }];
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      return [{ ...base, content: { kind: 'unreadable', refused: 'invalid-command', because } }];
    }
  }

  async #findStart(): Promise<number> {
    const { service, store, streams } = this.#options;
    for (const { commandId, sequence } of await store.newestHandled(COMPARED_MAX)) {
      const message = await streams.message(commandStreamOf(service), sequence);
      if (message?.messageId === commandId) return sequence;
    }
    return 0;
  }
}
