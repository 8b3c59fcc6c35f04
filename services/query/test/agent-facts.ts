import { after, feed, fact } from './facts.ts';

/** What agents and tasks have come to, for stories of one agent and one task unless they say otherwise. */
export const AGENT = 'agent-7';

export const taskIdOf = (number: number): string => `task-${number}`;

const ofPool = { pool: 'shared' } as const;
const ofAgent = { ...ofPool, agentId: AGENT } as const;
const ofTask = (number: number) => ({
  ...ofPool,
  taskId: taskIdOf(number),
  taskType: 'trading_signal' as const,
  pair: feed().pair,
});
const held = (number: number) => ({ ...ofTask(number), agentId: AGENT, fencingToken: number + 1 });
const lease = (number: number) => ({ ...held(number), attempt: 1 });
const input = { symbol: 'EURUSD', timeframe: '15m', barOpenAt: null, runId: null, question: null } as const;

/** What an agent answers. */
export const result = {
  signal: 'BUY',
  confidenceRaw: 0.85,
  riskScore: 0.4,
  reasoning: 'Higher lows on rising volume.',
  model: 'local-70b',
  fallbackUsed: true,
  rawContentDigest: 'ab'.repeat(32),
  wyckoffPhase: 'markup',
  leftOut: [{ tier: 'may', section: 'headlines' }],
  analyzedAt: after(30),
} as const;

export const agentRegistered = fact('analysis', 'AgentRegistered', (number) => ({
  ...ofAgent,
  capabilities: ['sovereign_access', 'trading_signal'],
  parallelMax: 2,
  instance: 'boot-1',
  at: after(number),
}));

export const agentGranted = fact('analysis', 'AgentGranted', (number) => ({
  ...ofAgent,
  capabilities: ['hidden_hand_validation', 'trading_signal'],
  by: 'person:local',
  at: after(number),
}));

export const agentRetired = fact('analysis', 'AgentRetired', (number) => ({ ...ofAgent, at: after(number) }));

export const agentLost = fact('analysis', 'AgentLost', (number) => ({
  ...ofAgent,
  silentMs: 45_210,
  held: 0,
  at: after(number),
}));

export const agentReturned = fact('analysis', 'AgentReturned', (number) => ({ ...ofAgent, at: after(number) }));

const ofBreaker = { ...ofAgent, taskType: 'trading_signal' } as const;

export const agentTripped = fact('analysis', 'AgentTripped', (number) => ({
  ...ofBreaker,
  weight: 3,
  at: after(number),
}));

export const agentProbed = fact('analysis', 'AgentProbed', (number) => ({ ...ofBreaker, at: after(number) }));

export const agentRestored = fact('analysis', 'AgentRestored', (number) => ({ ...ofBreaker, at: after(number) }));

export const taskQueued = fact('analysis', 'TaskQueued', (number) => ({
  ...ofTask(number),
  input,
  submittedBy: 'person:local',
  at: after(number),
}));

export const taskUnroutable = fact('analysis', 'TaskUnroutable', (number) => ({
  ...ofTask(number),
  needs: ['sovereign_access', 'trading_signal', 'hidden_hand_validation'],
  waitedMs: 60_120,
  at: after(number + 60),
}));

export const taskLeased = fact('analysis', 'TaskLeased', (number) => ({
  ...lease(number),
  input,
  submittedAt: after(number),
  at: after(number),
}));

export const taskReleased = fact('analysis', 'TaskReleased', (number) => ({
  ...held(number),
  reason: 'agent-lost',
  at: after(number + 45),
}));

export const taskAttemptFailed = fact('analysis', 'TaskAttemptFailed', (number) => ({
  ...lease(number),
  failureSource: 'network_error',
  failureMessage: 'The model hung up.',
  weight: 0.5,
  at: after(number + 20),
}));

export const taskFailed = fact('analysis', 'TaskFailed', (number) => ({
  ...ofTask(number),
  attempts: 3,
  errorCode: 'NETWORK_ERROR',
  failureMessage: 'The model hung up.',
  at: after(number + 20),
}));

export const taskCompleted = fact('analysis', 'TaskCompleted', (number) => ({
  ...lease(number),
  input,
  result,
  submittedAt: after(number),
  at: after(number + 31),
}));

export const resultIgnored = fact('analysis', 'ResultIgnored', (number) => ({
  ...ofAgent,
  taskId: taskIdOf(number),
  fencingToken: number + 1,
  reason: 'lease-over',
  result: null,
  at: after(number + 90),
}));

export const agentSignalEmitted = fact('analysis', 'AgentSignalEmitted', (number) => ({
  ...feed(),
  ...result,
  taskId: taskIdOf(number),
  taskType: 'trading_signal',
  barOpenAt: null,
  confidence: 0.34,
  adjustments: [
    { code: 'fallback_model', factor: 0.8, reason: 'A fallback answered.', ruleVersion: 'fallback-1' },
    { code: 'hidden_hand', factor: 0.5, reason: 'Buying into a distribution.', ruleVersion: 'hh-1' },
  ],
  isValid: true,
  hiddenHandWarning: true,
  phaseSignalConflict: true,
  phase: 'distribution',
  degradedInference: true,
  degradationReason: 'fallback_model_used',
  completedBy: AGENT,
  completedAt: after(number + 31),
}));
