import type { WallClock } from '../liveness/wall-clock.ts';
import type { IdentifiedMessage, OutgoingMessage, PublishAnswer } from '../stream/streams.ts';

/** What differs from server to server. */
export type ServerManners = {
  /** How long it remembers message ids. */
  readonly duplicateWindowMs: number;
  /** Whether it looks at the fence before it looks for duplicates: older servers do not, newer ones do. */
  readonly isFenceFirst: boolean;
};

const OLD_MANNERS: ServerManners = { duplicateWindowMs: 2 * 60_000, isFenceFirst: false };

/** One stream of the twin: messages one to n, and what it remembers to tell doubles. */
export class MemoryStream {
  readonly name: string;
  readonly messages: IdentifiedMessage[] = [];
  readonly #time: WallClock;
  readonly #manners: ServerManners;
  readonly #seen = new Map<string, { readonly sequence: number; readonly at: number }>();

  constructor(name: string, time: WallClock, manners: ServerManners) {
    this.name = name;
    this.#time = time;
    this.#manners = manners;
  }

  get lastSequence(): number {
    return this.messages.length;
  }

  /** Takes a message as the server does: what it has seen is not stored again, and the fence must be where it says. */
  store(message: OutgoingMessage): PublishAnswer {
    const [first, second] = this.#manners.isFenceFirst
      ? [this.#fence(message), this.#double(message)]
      : [this.#double(message), this.#fence(message)];
    return first ?? second ?? this.#keep(message);
  }

  #double({ position, stamp }: OutgoingMessage): PublishAnswer | null {
    const seen = this.#seen.get(stamp['Nats-Msg-Id'] ?? '');
    const isKnown = seen !== undefined && this.#time.monotonicMs() - seen.at < this.#manners.duplicateWindowMs;
    return isKnown ? { kind: 'stored', position, sequence: seen.sequence } : null;
  }

  #fence({ position, stamp }: OutgoingMessage): PublishAnswer | null {
    const expected = stamp['Nats-Expected-Last-Sequence'];
    if (expected === undefined || Number(expected) === this.lastSequence) return null;
    return { kind: 'refused', position, because: `wrong last sequence: ${this.lastSequence}` };
  }

  #keep({ position, subject, stamp, body }: OutgoingMessage): PublishAnswer {
    const messageId = stamp['Nats-Msg-Id'] ?? '';
    const sequence = this.lastSequence + 1;
    const chain = stamp['Tocsin-Chain'] ?? '';
    const eventId = stamp['ce-id'] ?? '';
    this.messages.push({ sequence, subject, chain, messageId, eventId, body });
    if (messageId !== '') this.#seen.set(messageId, { sequence, at: this.#time.monotonicMs() });
    return { kind: 'stored', position, sequence };
  }

  /** The server comes back without its newest messages, and remembers no id that it does not hold. */
  loseTail(keep: number): void {
    this.messages.length = Math.max(0, Math.min(keep, this.messages.length));
    for (const [messageId, { sequence }] of [...this.#seen]) if (sequence > keep) this.#seen.delete(messageId);
  }
}

export type Subscriber = {
  readonly stream: string;
  readonly onMessage: (message: IdentifiedMessage) => void;
  /** The stream was deleted: nothing comes any more, whatever is made in its place. */
  readonly onGone: () => void;
};

/** A server of streams in memory. It is instant and never fails; its wires do. */
export class MemoryServer {
  readonly #time: WallClock;
  readonly #manners: ServerManners;
  readonly #streams = new Map<string, MemoryStream>();
  readonly #subscribers = new Set<Subscriber>();

  constructor(time: WallClock, manners: ServerManners = OLD_MANNERS) {
    this.#time = time;
    this.#manners = manners;
  }

  add(name: string): MemoryStream {
    const stream = new MemoryStream(name, this.#time, this.#manners);
    this.#streams.set(name, stream);
    return stream;
  }

  remove(name: string): void {
    this.#streams.delete(name);
    for (const subscriber of [...this.#subscribers]) {
      if (subscriber.stream !== name) continue;
      this.#subscribers.delete(subscriber);
      subscriber.onGone();
    }
  }

  /** How many messages all streams hold. */
  get size(): number {
    return [...this.#streams.values()].reduce((sum, { messages }) => sum + messages.length, 0);
  }

  stream(name: string): MemoryStream | undefined {
    return this.#streams.get(name);
  }

  publish(message: OutgoingMessage): PublishAnswer {
    const stream = this.#streams.get(streamTaking(message.subject));
    if (stream === undefined)
      return { kind: 'refused', position: message.position, because: 'no stream took the message' };
    const before = stream.lastSequence;
    const answer = stream.store(message);
    const stored = stream.messages[before];
    if (stored !== undefined)
      for (const { stream: name, onMessage } of this.#subscribers) if (name === stream.name) onMessage(stored);
    return answer;
  }

  /** Delivers everything from `from` on, and then what is stored. Returns how to end it. */
  subscribe(from: number, subscriber: Subscriber): () => void {
    for (const message of this.#streams.get(subscriber.stream)?.messages.slice(from - 1) ?? [])
      subscriber.onMessage(message);
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }
}

/** `evt.` and `flt.` of a service are on its lane, `cmd.` on its stream of requests. */
function streamTaking(subject: string): string {
  const [family = '', service = ''] = subject.split('.');
  return `${family === 'cmd' ? 'CMD' : 'LOG'}_${service.toUpperCase()}`;
}
