/** A message as it stands in a stream. */
export type StoredMessage = {
  /** The stream's sequence, which on a lane is the position. */
  readonly sequence: number;
  readonly subject: string;
  /** Hexadecimal; empty where the message carries none. */
  readonly chain: string;
  /** `Nats-Msg-Id`; empty where the message carries none. */
  readonly messageId: string;
  readonly body: Uint8Array;
};

/** A stored message with the id of the event that it holds; empty where it carries none. */
export type IdentifiedMessage = StoredMessage & { readonly eventId: string };

/** A message on its way into a stream. The stamp is what its headers say: who it is, and what must stand before it. */
export type OutgoingMessage = {
  readonly position: number;
  readonly subject: string;
  readonly stamp: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** What the server answered to a message: where it stands, or why it was not taken. */
export type PublishAnswer =
  | { readonly kind: 'stored'; readonly position: number; readonly sequence: number }
  | { readonly kind: 'refused'; readonly position: number; readonly because: string }
  | { readonly kind: 'unreadable'; readonly because: string };

/** A line on which messages go out without waiting; answers come back in any order, or never. */
export interface PublishLine {
  publish(message: OutgoingMessage): void;
  close(): void;
}

export type ReaderOptions = {
  readonly stream: string;
  /** Where to start whenever reading begins anew, whatever was buffered; without it, after what was delivered last. */
  readonly findStart?: () => Promise<number>;
  /** Called whenever there is something new to take or to know. */
  readonly onArrival: () => void;
};

/** Reads one stream in order. What it remembers is a convenience: where a service stands is in its own database. */
export interface StreamReader {
  /** The last sequence of the stream as far as known; null before anything is known. */
  readonly head: number | null;
  /** What keeps the reader from reading; null while it reads. */
  readonly trouble: string | null;
  /** How many messages can be taken at once. */
  readonly buffered: number;
  /** Starts reading after `sequence`, or after the head where that is less, forgetting what was buffered. */
  startAfter(sequence: number): void;
  /** Takes what has arrived, in order, at most `max`. */
  take(max: number): readonly StoredMessage[];
  /** Keeps the reading alive and the head known; called on every turn of the loop that reads. */
  tend(): Promise<void>;
  close(): void;
}

/** What the log asks of a server of streams. There are two: JetStream, and the twin that simulations run on. */
export interface Streams {
  /** The last sequence of a stream, 0 where it is empty; null when there is no such stream. */
  lastSequence(stream: string): Promise<number | null>;
  /** The message at `sequence`; null when the stream holds none there. @throws {Error} when there is no such stream. */
  message(stream: string, sequence: number): Promise<IdentifiedMessage | null>;
  openReader(options: ReaderOptions): StreamReader;
  openPublishLine(onAnswer: (answer: PublishAnswer) => void): PublishLine;
  /** Calls `listener` whenever the connection was lost and is there again: the server may have come back poorer. */
  onReconnected(listener: () => void): void;
}
