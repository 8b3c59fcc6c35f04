import type {
  AgentGranted,
  AgentLost,
  AgentRegistered,
  AgentRestored,
  AgentRetired,
  AgentReturned,
  AgentTripped,
  TaskCompleted,
  TaskFailed,
  TaskLeased,
  TaskType,
  TaskUnroutable,
} from '@tocsin/contracts';
import { pair, seenAt } from './facts.ts';

/** The facts of one agent and one task. */
export const AGENT = 'agent-7';
export const NEEDS = ['sovereign_access', 'trading_signal'];

const about = { pool: 'shared', agentId: AGENT, at: seenAt(0) } as const;
const input = { symbol: 'EURUSD', timeframe: '15m', barOpenAt: null, runId: null, question: null } as const;
const task = { pool: 'shared', taskId: 'task-1', pair, at: seenAt(0) } as const;
const lease = { ...task, agentId: AGENT, fencingToken: 41, attempt: 1, input, submittedAt: seenAt(0) } as const;

export const agentRegistered = (agentId = AGENT): AgentRegistered => ({
  type: 'AgentRegistered',
  data: { ...about, agentId, capabilities: NEEDS, parallelMax: 2, instance: 'boot-1' },
});
export const agentGranted = (agentId = AGENT): AgentGranted => ({
  type: 'AgentGranted',
  data: { ...about, agentId, capabilities: NEEDS, by: 'person:dana' },
});
export const agentLost = (agentId = AGENT): AgentLost => ({
  type: 'AgentLost',
  data: { ...about, agentId, silentMs: 45_210, held: 1 },
});
export const agentReturned = (): AgentReturned => ({ type: 'AgentReturned', data: about });
export const agentRetired = (): AgentRetired => ({ type: 'AgentRetired', data: about });
export const agentTripped = (taskType: TaskType = 'trading_signal'): AgentTripped => ({
  type: 'AgentTripped',
  data: { ...about, taskType, weight: 3 },
});
export const agentRestored = (taskType: TaskType = 'trading_signal'): AgentRestored => ({
  type: 'AgentRestored',
  data: { ...about, taskType },
});

export const taskUnroutable = (taskType: TaskType = 'trading_signal'): TaskUnroutable => ({
  type: 'TaskUnroutable',
  data: { ...task, taskType, needs: NEEDS, waitedMs: 60_120 },
});
export const taskFailed = (taskType: TaskType = 'trading_signal'): TaskFailed => ({
  type: 'TaskFailed',
  data: { ...task, taskType, attempts: 3, errorCode: 'AGENT_TIMEOUT', failureMessage: 'No answer within 20 s.' },
});
export const taskLeased = (taskType: TaskType = 'trading_signal'): TaskLeased => ({
  type: 'TaskLeased',
  data: { ...lease, taskType },
});
export const taskCompleted = (taskType: TaskType = 'trading_signal'): TaskCompleted => ({
  type: 'TaskCompleted',
  data: {
    ...lease,
    taskType,
    result: {
      ...{ signal: 'HOLD', confidenceRaw: 0.5, riskScore: 0.4, reasoning: 'Nothing moves.', model: 'local-70b' },
      ...{ fallbackUsed: false, rawContentDigest: 'ab'.repeat(32), wyckoffPhase: null, leftOut: [] },
      analyzedAt: seenAt(0),
    },
  },
});
