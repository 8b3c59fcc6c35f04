import type { AnyEvent, Recorded } from '@tocsin/contracts';
import { isRefusal, type Instant } from '@tocsin/domain-kit';
import type { AgentBeatListener, FactListener } from '@tocsin/event-log';
import type { PoolCommand } from '../src/domain/agents/pool.commands.ts';
import { poolDecider } from '../src/domain/agents/pool.decider.ts';
import type { Pool, PoolEvent } from '../src/domain/agents/pool.ts';
import type { WatchedLog } from '../src/inbound/agents/agent-watch.ts';

/** A log with one pool on it, kept in memory: it decides as the service would, and tells its listeners. */
export class MemoryPoolLog implements WatchedLog {
  pool: Pool = poolDecider.initialState();
  readonly said: PoolEvent[] = [];
  holds = true;
  readonly tenure = null;
  #version = 0;
  #facts: FactListener | null = null;
  #beats: AgentBeatListener | null = null;

  readonly sql: WatchedLog['sql'] = {
    query: <Row>() => Promise.resolve({ rows: [{ state: this.pool, version: this.#version }] as Row[], rowCount: 1 }),
  };

  isHolder(): boolean {
    return this.holds;
  }

  listenToFacts(listener: FactListener): void {
    this.#facts = listener;
    listener.onTakenUp();
  }

  listenToAgentBeats(listener: AgentBeatListener): void {
    this.#beats = listener;
  }

  /** An agent says on the wire that it lives. */
  beat(agentId: string, body: unknown): void {
    this.#beats?.onBeat(agentId, body);
  }

  /** The pool decides as if asked by somebody; its facts are heard by whoever listens. */
  decide(command: PoolCommand): readonly string[] | string {
    const outcome = poolDecider.decide(command, this.pool);
    if (isRefusal(outcome)) return outcome.refused;
    const facts = outcome.map((event) => this.#recorded(event, command.data.at));
    this.#facts?.onSaid(facts);
    return outcome.map(({ type }) => type);
  }

  /** What the log cannot take: a result whose words break the schema, say. */
  cannotTake: (command: PoolCommand) => boolean = () => false;

  perform: WatchedLog['perform'] = (observations) =>
    Promise.resolve(
      observations.map(({ intentions }) => {
        const commands = intentions.map(({ command }) => command as PoolCommand);
        if (commands.some(this.cannotTake))
          return { facts: [], refusal: { refused: 'failed', because: '/result/reasoning must match pattern' } };
        for (const command of commands) this.decide(command);
        return { facts: [], refusal: null };
      }),
    );

  /** Another instance takes over; what was in memory is not known any more. */
  takeUpAnew(): void {
    this.#facts?.onTakenUp();
  }

  #recorded(event: PoolEvent, time: Instant): Recorded<AnyEvent> {
    this.pool = poolDecider.evolve(this.pool, event);
    this.#version += 1;
    this.said.push(event);
    const id = `fact-${this.#version}`;
    return {
      ...event,
      id,
      service: 'analysis',
      tenant: 'shared',
      lane: 'LOG_ANALYSIS',
      position: this.#version,
      key: 'shared',
      time,
      recordedTime: time,
      entityVersion: this.#version,
      correlationId: id,
      causationId: null,
      actor: 'test',
      traceparent: '',
    };
  }
}
