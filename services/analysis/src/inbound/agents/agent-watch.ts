import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { instant } from '@tocsin/domain-kit';
import { to, type EventLog, type Log } from '@tocsin/event-log';
import type { PoolCommand } from '../../domain/agents/pool.commands.ts';
import { POOL, type Pool } from '../../domain/agents/pool.ts';
import { afterBeat, afterLook, findings, vigilFrom, type AgentBeat, type Vigil } from '../../domain/agents/vigil.ts';
import { pool } from '../../pool.entity.ts';
import { agentBeat } from './agent-beat.ts';
import type { BuiltInAgents } from './built-in-agents.ts';
import { PoolMemory } from './pool-memory.ts';

/** The clocks of this process: one that never jumps, to measure silence, and the one that people read. */
export interface Clocks {
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
}

/** So often a beat that is none is worth a line. */
const WARN_EVERY_MS = 60_000;

/** What the watch needs of the log. */
export type WatchedLog = Pick<
  EventLog,
  'listenToFacts' | 'listenToAgentBeats' | 'isHolder' | 'tenure' | 'sql' | 'perform'
>;

const LOOK_EVERY_MS = 1_000;

/** A watch that did not look for so long was asleep itself, and has missed beats that were there. */
const ASLEEP_MS = 10_000;

/**
 * Watches over the pool: finds agents silent, leases without progress, tasks that nobody can do and breakers that have
 * rested, and says so through the log. It also has the service's own agents at work. It may die and start again at any
 * moment: everything then has a fresh start, and what was said stands in the pool.
 */
export class AgentWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #eventLog: WatchedLog;
  readonly #agents: BuiltInAgents;
  readonly #clocks: Clocks;
  readonly #log: Log;
  readonly #memory: PoolMemory;
  #vigil: Vigil;
  #lookedAtMs: number;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #isWanted = false;
  #isOver = false;
  #warnedAtMs = -Infinity;

  constructor(parts: {
    readonly eventLog: WatchedLog;
    readonly agents: BuiltInAgents;
    readonly clocks: Clocks;
    readonly log: Log;
  }) {
    this.#eventLog = parts.eventLog;
    this.#agents = parts.agents;
    this.#clocks = parts.clocks;
    this.#log = parts.log;
    this.#memory = new PoolMemory(() => {
      void this.look();
    });
    this.#lookedAtMs = parts.clocks.monotonicMs();
    this.#vigil = vigilFrom(this.#lookedAtMs);
  }

  onApplicationBootstrap(): void {
    this.#eventLog.listenToFacts(this.#memory);
    this.#eventLog.listenToAgentBeats({
      onBeat: (agentId, body) => {
        const beat = agentBeat(agentId, body);
        if (beat === null) this.#warnOfNoise(agentId);
        else this.#hear(beat);
      },
      onReconnected: () => {
        this.#startAfresh();
      },
    });
    this.#timer = setInterval(() => {
      void this.look();
    }, LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#isOver = true;
    this.#agents.stop();
    await this.#round;
    this.#agents.stop(); // The last look may have begun something.
  }

  /** Looks now, or once more after the look that is under way. */
  look(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#isWanted = true;
    this.#round ??= this.#lookWhileWanted().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  #hear(beat: AgentBeat): void {
    this.#vigil = afterBeat(this.#vigil, beat, this.#clocks.monotonicMs());
  }

  /** Anybody may say anything on that subject, so at most one is told of a minute. */
  #warnOfNoise(agentId: string): void {
    const nowMs = this.#clocks.monotonicMs();
    if (nowMs - this.#warnedAtMs < WARN_EVERY_MS) return;
    this.#warnedAtMs = nowMs;
    this.#log.warn({ agentId }, 'an agent said a beat that is none; it counts as silence');
  }

  async #lookWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isOver) {
      this.#isWanted = false;
      try {
        await this.#lookOnce();
      } catch (error) {
        this.#log.warn({ err: error }, 'the watch over agents could not bring what it saw to the log; it looks again');
        return;
      }
    }
  }

  async #lookOnce(): Promise<void> {
    const nowMs = this.#clocks.monotonicMs();
    if (nowMs - this.#lookedAtMs > ASLEEP_MS) this.#startAfresh();
    this.#lookedAtMs = nowMs;
    if (!this.#eventLog.isHolder()) {
      this.#agents.stop();
      this.#startAfresh();
      return;
    }
    if (this.#memory.pool === null) await this.#memory.read(this.#eventLog.sql);
    const seen = this.#memory.pool;
    if (seen === null) return;
    for (const beat of this.#agents.beats()) this.#hear(beat);
    this.#vigil = afterLook(this.#vigil, seen, nowMs);
    await this.#bring([...this.#found(seen, nowMs), ...this.#agents.attend(seen, () => void this.look())]);
  }

  #found(seen: Pool, nowMs: number): readonly PoolCommand[] {
    return findings(this.#vigil, seen, nowMs, instant(this.#clocks.wallMs()));
  }

  async #bring(commands: readonly PoolCommand[]): Promise<void> {
    if (commands.length === 0) return;
    const time = instant(this.#clocks.wallMs());
    const outcomes = await this.#eventLog.perform(
      commands.map((command) => ({ causeId: causeOf(command), time, intentions: [to(pool, POOL, command)] })),
      this.#eventLog.tenure ?? undefined,
    );
    outcomes.forEach(({ refusal }, at) => {
      const command = commands[at];
      if (refusal === null || command === undefined) return;
      this.#log.warn({ command: command.type, ...refusal }, 'what was seen of an agent was refused');
      this.#agents.onRefused(command, refusal.because);
    });
  }

  #startAfresh(): void {
    this.#lookedAtMs = this.#clocks.monotonicMs();
    this.#vigil = vigilFrom(this.#lookedAtMs);
  }
}

/** What was seen, and when: brought again it is another observation, which the pool answers with silence. */
const causeOf = (command: PoolCommand): string => `agent-watch|${JSON.stringify(command)}`;
