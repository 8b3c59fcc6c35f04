import { Controller, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Agents, type AgentsAsked } from '../../reading/agents.ts';
import type { Answer } from '../../reading/answer.ts';
import { Tasks, type TasksAsked } from '../../reading/tasks.ts';
import { agentsAnswer, taskAnswer, tasksAnswer } from './agent-answers.ts';
import { taskType } from './agent-requests.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { Read } from './endpoint.ts';
import { pairIn } from './pair-path.ts';
import { atLeast, id, ofPair, paging } from './parameters.ts';
import { question } from './question.ts';

type ById = { readonly id: string };
type TaskQuestion = Omit<TasksAsked, 'pair'> & { readonly pair?: string };

const agentsQuestion = question<AgentsAsked>({
  properties: {
    liveness: {
      type: 'string',
      enum: ['unregistered', 'idle', 'busy', 'lost', 'retired'],
      description: 'Only agents that stand like this.',
    },
    ...paging,
    atLeast,
  },
});
const tasksQuestion = question<TaskQuestion>({
  properties: {
    status: {
      type: 'string',
      enum: ['queued', 'leased', 'completed', 'failed'],
      description: 'Only tasks that stand like this.',
    },
    type: { ...taskType, description: 'Only tasks of this kind.' },
    pair: ofPair('Only tasks about this pair'),
    ...paging,
    atLeast,
  },
});
const nothingElse = question<object>({ properties: { atLeast } });
const byId = question<ById>({ properties: { id: id('The id of the task.') }, required: ['id'] });

@ApiTags('agents')
@UseInterceptors(AnswerInterceptor)
@Controller('api')
export class AgentController {
  constructor(
    private readonly agents: Agents,
    private readonly tasks: Tasks,
  ) {}

  @Read({
    path: 'agents',
    summary: 'Who does the tasks, what they can and may do, and what they have; the one that came last first.',
    query: agentsQuestion,
    answer: agentsAnswer,
    problems: ['invalid-cursor'],
  })
  agentsList(@Query() asked: AgentsAsked): Promise<Answer> {
    return this.agents.list(asked);
  }

  @Read({
    path: 'tasks',
    summary: 'What agents were asked to do and what they came to, the task that was submitted last first.',
    query: tasksQuestion,
    answer: tasksAnswer,
    problems: ['invalid-cursor'],
  })
  tasksList(@Query() { pair, ...asked }: TaskQuestion): Promise<Answer> {
    return this.tasks.list({ ...asked, ...(pair !== undefined && { pair: pairIn(pair, '/query/pair') }) });
  }

  @Read({
    path: 'tasks/:id',
    summary: 'One task with its leases.',
    query: nothingElse,
    params: byId,
    answer: taskAnswer,
    problems: ['unknown-task'],
  })
  task(@Param() path: ById): Promise<Answer> {
    return this.tasks.one(path.id);
  }
}
