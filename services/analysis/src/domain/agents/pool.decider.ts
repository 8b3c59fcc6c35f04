import { isRefusal, type Decider, type Refusal } from '@tocsin/domain-kit';
import { cooled, granted, lost, registered, retired, returned } from './agent-decisions.ts';
import type { PoolCommand } from './pool.commands.ts';
import { evolvePool } from './pool.memory.ts';
import { EMPTY_POOL, POOL, type Pool, type PoolEvent, type PoolRefusal } from './pool.ts';
import { nextAssignment } from './routing.ts';
import { attemptFailed, completed, leaseEnded, queued, unroutable } from './task-decisions.ts';

/**
 * Decides which agent does what. After every change whatever waits and can go somewhere goes there, in the same step: so
 * no task ever waits beside an agent that could have it.
 */
export const poolDecider: Decider<PoolCommand, PoolEvent, Pool, PoolRefusal> = {
  initialState: () => EMPTY_POOL,
  decide(command, pool) {
    const said = answerTo(command, pool);
    if (isRefusal(said) || said.length === 0) return said;
    return [...said, ...leases(said.reduce(evolvePool, pool), command.data.at)];
  },
  evolve: evolvePool,
};

function answerTo(command: PoolCommand, pool: Pool): readonly PoolEvent[] | Refusal<PoolRefusal> {
  switch (command.type) {
    case 'RegisterAgent':
      return registered(pool, command.data);
    case 'RetireAgent':
      return retired(pool, command.data);
    case 'GrantAgent':
      return granted(pool, command.data);
    case 'SubmitTask':
      return queued(pool, command.data);
    case 'CompleteTask':
      return completed(pool, command.data);
    case 'FailTask':
      return attemptFailed(pool, command.data);
    case 'ReportSilence':
      return lost(pool, command.data);
    case 'ReportReturn':
      return returned(pool, command.data);
    case 'ReleaseTask':
      return leaseEnded(pool, command.data);
    case 'ReportWaiting':
      return unroutable(pool, command.data);
    case 'CoolBreaker':
      return cooled(pool, command.data);
  }
}

function leases(pool: Pool, at: PoolCommand['data']['at']): readonly PoolEvent[] {
  const assignment = nextAssignment(pool);
  if (assignment === null) return [];
  const { task, agentId } = assignment;
  const { taskId, taskType, pair, input, submittedAt } = task;
  const leased: PoolEvent = {
    type: 'TaskLeased',
    data: {
      pool: POOL,
      taskId,
      taskType,
      pair,
      agentId,
      fencingToken: pool.lastToken + 1,
      attempt: task.attempts + 1,
      input,
      submittedAt,
      at,
    },
  };
  return [leased, ...leases(evolvePool(pool, leased), at)];
}
