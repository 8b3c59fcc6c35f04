import fc from 'fast-check';
import { streamOf } from '@tocsin/contracts';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { chainNext, chainStart } from '../lane/chain.ts';
import { MemoryServer } from '../twin/memory-server.ts';
import { MemoryStreams } from '../twin/memory-streams.ts';
import { directWire } from '../twin/wire.ts';
import { HeardLane } from './heard-lane.ts';

const LANE = streamOf('ingestion');
const SUBJECT = 'evt.ingestion.shared.clock.virtual.advanced';
const START = chainStart('a lane');
/** Longer than a halted lane waits before it looks again. */
const RECHECK_MS = 6_000;

/** A lane on the twin, what may happen to it, and somebody who hears it as the consumer does. */
class Scene {
  readonly time = new VirtualTime();
  readonly server = new MemoryServer(this.time);
  readonly streams = new MemoryStreams(this.server, directWire, this.time);
  readonly heard: number[] = [];
  readonly lane: HeardLane;
  readonly #chains = [START];
  readonly #tampered = new Map<number, Uint8Array>();

  constructor() {
    this.server.add(LANE);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const { streams } = this;
    this.lane = new HeardLane(
      { service: 'ingestion', streams, log, monotonicMs: this.time.monotonicMs, onArrival: () => undefined },
      { position: 0, chain: START, heardTime: null },
    );
  }

  get head(): number {
    return this.#messages.length;
  }

  get #messages() {
    return this.server.stream(LANE)?.messages ?? [];
  }

  /** The relay brings the log to `head`, with the same bytes as ever. */
  publish(head: number): void {
    for (let position = this.head + 1; position <= head; position += 1) {
      const body = Buffer.from(`fact ${position}`);
      const chain = chainNext(this.#chains[position - 1] ?? START, SUBJECT, body);
      this.#chains[position] = chain;
      const stamp = { 'Nats-Msg-Id': `${position}`, 'Tocsin-Chain': chain.toString('hex') };
      this.server.publish({ position, subject: SUBJECT, stamp, body });
    }
  }

  tamper(position: number): void {
    const message = this.#messages[position - 1];
    if (message === undefined || this.#tampered.has(position)) return;
    this.#tampered.set(position, message.body);
    this.#messages[position - 1] = { ...message, body: Buffer.from('a forgery') };
  }

  repair(): void {
    for (const [position, body] of this.#tampered) {
      const message = this.#messages[position - 1];
      if (message !== undefined) this.#messages[position - 1] = { ...message, body };
    }
    this.#tampered.clear();
  }

  /** The server comes back without its newest messages, and the relay brings them again. */
  loseTail(keep: number): void {
    const { head } = this;
    this.repair();
    this.server.stream(LANE)?.loseTail(keep);
    this.reconnect();
    this.publish(head);
  }

  reconnect(): void {
    this.streams.disconnect();
    this.streams.reconnect();
  }

  /** One turn of the consumer: what was taken is committed, or it is not, and then it is read again. */
  async turn(max: number, commits = true): Promise<void> {
    await this.lane.tend();
    await this.time.run(this.time.monotonicMs() + 1, () => undefined);
    const batch = this.lane.hasMessages ? this.lane.take(max) : null;
    if (batch === null) return;
    if (!commits) {
      this.lane.rewind();
      return;
    }
    this.heard.push(...batch.messages.map(({ sequence }) => sequence));
    this.lane.advance({ ...batch.end, heardTime: null });
  }

  pass(ms: number): Promise<void> {
    return this.time.run(this.time.monotonicMs() + ms, () => undefined);
  }
}

const positions = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

describe('a lane that is heard', () => {
  it('hears on once the log was put right, though what came before the forgery was heard with it', async () => {
    const scene = new Scene();
    scene.publish(3);
    scene.tamper(3);
    await scene.turn(100);
    await scene.turn(100);
    expect(scene.heard).toEqual([1, 2]);
    expect(scene.lane.halt).toMatchObject({ position: 3, because: 'position 3 does not follow the chain' });

    scene.repair();
    await scene.pass(RECHECK_MS);
    await scene.turn(100);
    await scene.turn(100);
    expect(scene.heard).toEqual([1, 2, 3]);
    expect(scene.lane.halt).toBeNull();
  });

  it('is behind for as long as it stands still at a forgery', async () => {
    const scene = new Scene();
    scene.publish(3);
    scene.tamper(2);
    await scene.turn(100);
    await scene.turn(100);
    expect({ heard: scene.heard, isBehind: scene.lane.isBehind }).toEqual({ heard: [1], isBehind: true });
    await scene.pass(RECHECK_MS);
    await scene.turn(100);
    expect(scene.lane.halt?.position).toBe(2);
  });

  /** Whatever is lost, forged, or not committed: once it is over, everything is heard, once and in order. */
  it('loses nothing without noticing', async () => {
    const position = fc.integer({ min: 1, max: 40 });
    const happening = fc.oneof(
      fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ kind: fc.constant('tamper' as const), position }),
      fc.record({ kind: fc.constant('repair' as const) }),
      fc.record({ kind: fc.constant('lose tail' as const), position }),
      fc.record({ kind: fc.constant('reconnect' as const) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(100, 1_500, RECHECK_MS) }),
      fc.record({ kind: fc.constant('turn' as const), max: fc.constantFrom(1, 3, 500), commits: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (story) => {
        const scene = new Scene();
        scene.publish(1);
        for (const event of story)
          switch (event.kind) {
            case 'publish':
              scene.publish(scene.head + event.count);
              break;
            case 'tamper':
              scene.tamper(Math.min(event.position, scene.head));
              break;
            case 'repair':
              scene.repair();
              break;
            case 'lose tail':
              scene.loseTail(event.position);
              break;
            case 'reconnect':
              scene.reconnect();
              break;
            case 'wait':
              await scene.pass(event.ms);
              break;
            case 'turn':
              await scene.turn(event.max, event.commits);
              break;
          }
        scene.repair();
        for (let round = 0; round < 3; round += 1) {
          await scene.pass(RECHECK_MS);
          for (let turn = 0; turn < 4; turn += 1) await scene.turn(500);
        }
        expect(scene.heard).toEqual(positions(scene.head));
        expect(scene.lane.halt).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
