import type { WallClock } from '../liveness/wall-clock.ts';
import type { IdentifiedMessage, OutgoingMessage, PublishAnswer } from '../stream/streams.ts';

/** How long a server remembers message ids, by default. */
const DUPLICATE_WINDOW_MS = 2 * 60_000;

/** One stream of the twin: messages one to n, and what it remembers to tell doubles. */
export class MemoryStream {
  readonly name: string;
  readonly messages: IdentifiedMessage[] = [];
  readonly #time: WallClock;
  readonly #duplicateWindowMs: number;
  readonly #seen = new Map<string, { readonly sequence: number; readonly at: number }>();

  constructor(name: string, time: WallClock, duplicateWindowMs: number) {
    this.name = name;
    this.#time = time;
    this.#duplicateWindowMs = duplicateWindowMs;
  }

  get lastSequence(): number {
    return this.messages.length;
  }

  /** Takes a message as the server does: it looks for duplicates first, and at the fence after that. */
  store({ position, subject, stamp, body }: OutgoingMessage): PublishAnswer {
    const messageId = stamp['Nats-Msg-Id'] ?? '';
    const now = this.#time.monotonicMs();
    const twin = this.#seen.get(messageId);
    if (messageId !== '' && twin !== undefined && now - twin.at < this.#duplicateWindowMs)
      return { kind: 'stored', position, sequence: twin.sequence };
    const expected = stamp['Nats-Expected-Last-Sequence'];
    if (expected !== undefined && Number(expected) !== this.lastSequence)
      return { kind: 'refused', position, because: `wrong last sequence: ${this.lastSequence}` };
    const sequence = this.lastSequence + 1;
    const chain = stamp['Tocsin-Chain'] ?? '';
    const eventId = stamp['ce-id'] ?? '';
    this.messages.push({ sequence, subject, chain, messageId, eventId, body });
    this.#seen.set(messageId, { sequence, at: now });
    return { kind: 'stored', position, sequence };
  }

  /** The server comes back without its newest messages, and remembers no id that it does not hold. */
  loseTail(keep: number): void {
    this.messages.length = Math.max(0, Math.min(keep, this.messages.length));
    for (const [messageId, { sequence }] of [...this.#seen]) if (sequence > keep) this.#seen.delete(messageId);
  }
}

export type Subscriber = { readonly stream: string; readonly onMessage: (message: IdentifiedMessage) => void };

/** A server of streams in memory. It is instant and never fails; its wires do. */
export class MemoryServer {
  readonly #time: WallClock;
  readonly #duplicateWindowMs: number;
  readonly #streams = new Map<string, MemoryStream>();
  readonly #subscribers = new Set<Subscriber>();

  constructor(time: WallClock, duplicateWindowMs = DUPLICATE_WINDOW_MS) {
    this.#time = time;
    this.#duplicateWindowMs = duplicateWindowMs;
  }

  add(name: string): MemoryStream {
    const stream = new MemoryStream(name, this.#time, this.#duplicateWindowMs);
    this.#streams.set(name, stream);
    return stream;
  }

  remove(name: string): void {
    this.#streams.delete(name);
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
