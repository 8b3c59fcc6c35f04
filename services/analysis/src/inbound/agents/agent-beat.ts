import type { AgentBeat } from '../../domain/agents/vigil.ts';

/** More tasks than this no agent has at a time. */
const TASKS_MAX = 64;

/**
 * Reads a beat: `{"tokens": [41]}`, the fencing tokens of the leases that the agent is at work on. Returns null for
 * anything else; an agent is somebody else's program.
 */
export function agentBeat(agentId: string, body: unknown): AgentBeat | null {
  if (typeof body !== 'object' || body === null || !('tokens' in body) || !Array.isArray(body.tokens)) return null;
  const tokens: readonly unknown[] = body.tokens;
  const numbers = tokens.filter((token): token is number => Number.isSafeInteger(token));
  return numbers.length === tokens.length && tokens.length <= TASKS_MAX ? { agentId, tokens: numbers } : null;
}
