import type { TaskType } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { PoolCommand } from './pool.commands.ts';
import type { Pool } from './pool.ts';
import { TASK_TYPES } from './task-needs.ts';

/** An agent that was not heard of for so long is lost. It is looked for every second, so it is found within 46 s. */
export const SILENT_MS = 45_000;

/** A lease lasts so long from its beginning, and from every beat in which the agent names the task. */
export const LEASE_MS = 60_000;

/** However alive an agent is, nothing takes longer than this. */
export const OVERDUE_MS = 5 * 60_000;

/** A task that waits so long without anybody who could do it is said to be unroutable. */
export const UNROUTABLE_MS = 60_000;

/** So long an open breaker rests. */
export const REST_MS = 60_000;

/** What an agent says while it lives: the leases that it is at work on. */
export interface AgentBeat {
  readonly agentId: string;
  readonly tokens: readonly number[];
}

/**
 * What whoever watches a pool has seen, in milliseconds of a clock that never jumps. None of it is written down: a watch
 * that begins anew gives everything and everybody a fresh start, and no deadline comes too early by that.
 */
export interface Vigil {
  readonly sinceMs: number;
  readonly beatAtMs: ReadonlyMap<string, number>;
  /** By fencing token: when its lease was last seen to begin or to be named. */
  readonly namedAtMs: ReadonlyMap<number, number>;
  /** By what stands in the pool: since when it has been seen there. */
  readonly standsSinceMs: ReadonlyMap<string, number>;
}

export const vigilFrom = (nowMs: number): Vigil => ({
  sinceMs: nowMs,
  beatAtMs: new Map(),
  namedAtMs: new Map(),
  standsSinceMs: new Map(),
});

/** The vigil after a beat. Of one whom no look has seen in the pool nothing is kept: anybody may beat. */
export function afterBeat(vigil: Vigil, { agentId, tokens }: AgentBeat, nowMs: number): Vigil {
  if (!vigil.standsSinceMs.has(agentPlace(agentId))) return vigil;
  const namedAtMs = new Map(vigil.namedAtMs);
  for (const token of tokens) if (namedAtMs.has(token)) namedAtMs.set(token, nowMs);
  return { ...vigil, beatAtMs: new Map(vigil.beatAtMs).set(agentId, nowMs), namedAtMs };
}

/** The vigil after a look at the pool: what is new stands since now, and what is gone is forgotten. */
export function afterLook(vigil: Vigil, pool: Pool, nowMs: number): Vigil {
  const tokens = pool.tasks.flatMap(({ lease }) => (lease === null ? [] : [lease.fencingToken]));
  const agents = Object.keys(pool.agents);
  return {
    sinceMs: vigil.sinceMs,
    beatAtMs: new Map([...vigil.beatAtMs].filter(([agentId]) => agents.includes(agentId))),
    namedAtMs: new Map(tokens.map((token) => [token, vigil.namedAtMs.get(token) ?? nowMs])),
    standsSinceMs: new Map(standing(pool).map((place) => [place, vigil.standsSinceMs.get(place) ?? nowMs])),
  };
}

/** What the pool is to be told, by a vigil that has looked at it. */
export function findings(vigil: Vigil, pool: Pool, nowMs: number, at: Instant): readonly PoolCommand[] {
  const stoodMs = (place: string): number => nowMs - (vigil.standsSinceMs.get(place) ?? nowMs);
  const commands: PoolCommand[] = [];

  for (const [agentId, { isLost, breakers }] of Object.entries(pool.agents)) {
    const beatAtMs = vigil.beatAtMs.get(agentId);
    const silentMs = Math.min(
      nowMs - (beatAtMs ?? vigil.sinceMs),
      beatAtMs === undefined ? stoodMs(agentPlace(agentId)) : Infinity,
    );
    if (!isLost && silentMs >= SILENT_MS) commands.push({ type: 'ReportSilence', data: { agentId, silentMs, at } });
    if (isLost && beatAtMs !== undefined && silentMs < SILENT_MS)
      commands.push({ type: 'ReportReturn', data: { agentId, at } });
    for (const taskType of TASK_TYPES) {
      if (breakers[taskType]?.state === 'open' && stoodMs(breakerPlace(agentId, taskType)) >= REST_MS)
        commands.push({ type: 'CoolBreaker', data: { agentId, taskType, at } });
    }
  }

  for (const { taskId, lease, isUnroutable } of pool.tasks) {
    if (lease === null) {
      const waitedMs = stoodMs(taskPlace(taskId));
      if (!isUnroutable && waitedMs >= UNROUTABLE_MS)
        commands.push({ type: 'ReportWaiting', data: { taskId, waitedMs, at } });
      continue;
    }
    const unnamedMs = nowMs - (vigil.namedAtMs.get(lease.fencingToken) ?? nowMs);
    const isOverdue = stoodMs(leasePlace(lease.fencingToken)) >= OVERDUE_MS;
    if (isOverdue || unnamedMs >= LEASE_MS) {
      const reason = isOverdue ? 'overdue' : 'no-progress';
      commands.push({ type: 'ReleaseTask', data: { taskId, ...lease, reason, at } });
    }
  }
  return commands;
}

// Every kind of place begins with a word of its own: a task may be called like an agent.
const agentPlace = (agentId: string): string => `agent ${agentId}`;
const breakerPlace = (agentId: string, taskType: TaskType): string => `breaker ${agentId} ${taskType}`;
const taskPlace = (taskId: string): string => `task ${taskId}`;
const leasePlace = (fencingToken: number): string => `lease ${fencingToken}`;

/** A name for everything in the pool whose duration matters. */
const standing = (pool: Pool): readonly string[] => [
  ...Object.entries(pool.agents).flatMap(([agentId, { breakers }]) => [
    agentPlace(agentId),
    ...TASK_TYPES.filter((type) => breakers[type]?.state === 'open').map((type) => breakerPlace(agentId, type)),
  ]),
  ...pool.tasks.map(({ taskId, lease }) => (lease === null ? taskPlace(taskId) : leasePlace(lease.fencingToken))),
];
