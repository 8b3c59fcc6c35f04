import { Controller } from '@nestjs/common';
import type { Recorded, TaskUnroutable } from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { agentHealth, EMPTY_POOL, missedAgents } from '../domain/agent-health.ts';
import { episode } from '../episode.entity.ts';
import { poolRecords, type AgentFact } from './pool-record.model.ts';
import { aboutAgent, episodeIdOf } from './scope.ts';
import { termsInForce } from './terms.model.ts';

@Controller()
export class AgentController {
  /** Whatever is said of an agent, its episode follows from everything that is wrong with it. */
  @Hears('AgentLost', 'AgentReturned', 'AgentRetired', 'AgentTripped', 'AgentRestored')
  onAgentFact({ id, data: { pool, agentId, at } }: Recorded<AgentFact>, local: Local): readonly Intention[] {
    const about = aboutAgent(agentId);
    const health = agentHealth(local.get(poolRecords, pool) ?? EMPTY_POOL, agentId);
    const occasion = { causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), terms: termsInForce(local), at };
    const data = { ...about, ...health, ...occasion };
    return [to(episode, about.scope, { type: 'ObserveHealth', data })];
  }

  /** A lost agent is missed from the moment that something waits which it alone could do. */
  @Hears('TaskUnroutable')
  onTaskUnroutable({ id, data: { pool, at } }: Recorded<TaskUnroutable>, local: Local): readonly Intention[] {
    const record = local.get(poolRecords, pool) ?? EMPTY_POOL;
    return missedAgents(record).map((agentId) => {
      const about = aboutAgent(agentId);
      const health = agentHealth(record, agentId);
      const occasion = { causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), terms: termsInForce(local), at };
      const data = { ...about, ...health, ...occasion };
      return to(episode, about.scope, { type: 'ReportAilment', data });
    });
  }
}
