import type {
  AgentProbed,
  AgentRestored,
  AgentTripped,
  TaskAttemptFailed,
  TaskCompleted,
  TaskType,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';

type BreakerEvent = AgentTripped | AgentProbed | AgentRestored | TaskAttemptFailed | TaskCompleted;

/** Whether an agent gets tasks of one type. Spelled as it is answered; an agent without trouble at a type has none. */
export type AgentBreaker = {
  readonly task_type: TaskType;
  readonly state: 'closed' | 'half-open' | 'open';
  /** What its failures weigh since its last success. */
  readonly weight: number;
  /** Since when it stands so. */
  readonly since: Instant;
};

/** The breakers of an agent after a fact that may have moved one of them, by the name of the type. */
export function breakersAfter(breakers: readonly AgentBreaker[], event: BreakerEvent): readonly AgentBreaker[] {
  const { taskType } = event.data;
  const before = breakers.find(({ task_type }) => task_type === taskType);
  const others = breakers.filter((breaker) => breaker !== before);
  const moved = movedBy(before, event);
  return moved === undefined ? others : [...others, moved].sort((a, b) => (a.task_type < b.task_type ? -1 : 1));
}

function movedBy(before: AgentBreaker | undefined, { type, data }: BreakerEvent): AgentBreaker | undefined {
  const { taskType: task_type, at: since } = data;
  switch (type) {
    case 'AgentTripped':
      return { task_type, state: 'open', weight: data.weight, since };
    case 'AgentProbed':
      return { task_type, state: 'half-open', weight: before?.weight ?? 0, since };
    case 'TaskAttemptFailed': {
      if (data.weight === 0) return before; // Not the agent's fault.
      const { state = 'closed', weight = 0 } = before ?? {};
      return { task_type, state, weight: weight + data.weight, since: before?.since ?? since };
    }
    case 'AgentRestored':
    case 'TaskCompleted':
      return undefined;
  }
}
