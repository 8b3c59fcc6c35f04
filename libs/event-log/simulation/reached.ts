import type { OutgoingMessage, PublishAnswer } from '../src/stream/streams.ts';
import type { WallClock } from '../src/liveness/wall-clock.ts';
import { MemoryServer, type ServerManners } from '../src/twin/memory-server.ts';

/** What really happened in a story, and how often: a fault that nobody was hit by proves nothing. */
export class Reached {
  readonly #counts = new Map<string, number>();

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  note(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** Notes what a server's answer to a call tells, where it tells of something that must really happen. */
  noteAnswer(what: string, answer: unknown): void {
    if (what === 'confirm lease' && answer === false) this.note('a zombie is kept from writing');
    if (what === 'take lease' && answer === null) this.note('a lease is held by another');
    if (what === 'move checkpoint' && answer === false) this.note('a checkpoint is elsewhere');
  }

  noteFailure(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === '25P03') this.note('a transaction is ended by the server');
    if (code === '55P03') this.note('a lock is waited for in vain');
  }
}

/** The server of a simulation: it notes what its fence and its memory keep out. */
export class WatchedServer extends MemoryServer {
  readonly #reached: Reached;

  constructor(time: WallClock, manners: ServerManners, reached: Reached) {
    super(time, manners);
    this.#reached = reached;
  }

  override publish(message: OutgoingMessage): PublishAnswer {
    const before = this.size;
    const answer = super.publish(message);
    if (answer.kind === 'refused' && answer.because.startsWith('wrong last')) this.#reached.note('the fence refuses');
    if (answer.kind === 'stored' && this.size === before) this.#reached.note('a double is recognised');
    return answer;
  }
}
