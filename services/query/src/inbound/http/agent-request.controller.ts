import { createHash, randomUUID } from 'node:crypto';
import { Body, Controller, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { instant } from '@tocsin/domain-kit';
import { byAgent, grants, newTask, type ByAgent, type NewTask } from './agent-requests.ts';
import { requestAnswer, taskRequestAnswer } from './request-answers.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { noWords } from './feed-requests.ts';
import { pairNamed } from './pair-named.ts';
import { AskedTerms, type Terms } from './terms.ts';

/** What people and programs ask of the agents, and decide about them. */
@ApiTags('requests')
@Controller('api')
export class AgentRequestController {
  constructor(private readonly door: Door) {}

  @Ask({
    path: 'tasks',
    summary: 'Submits a task to whichever agent can and may do it.',
    body: newTask,
    answer: taskRequestAnswer,
    problems: ['queue-full'],
  })
  submit(
    @Body() wanted: NewTask,
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const { type: taskType, symbol, timeframe, bar_ts: barTs, question = null } = wanted;
    const taskId = taskIdUnder(terms.key);
    const barOpenAt = barTs === undefined ? null : instant(barTs);
    const input = { symbol, timeframe, barOpenAt, runId: null, question };
    const data = { taskId, taskType, pair: pairNamed(symbol, timeframe), input };
    return this.door.ask({ command: { type: 'SubmitTask', data } }, terms, reply, { task_id: taskId });
  }

  @Ask({
    path: 'agents/:id/grants',
    summary: 'Says what an agent may do. It need not be there yet.',
    params: byAgent,
    body: grants,
    answer: requestAnswer,
  })
  grant(
    @Param() { id: agentId }: ByAgent,
    @Body() { capabilities }: { readonly capabilities: readonly string[] },
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'GrantAgent', data: { agentId, capabilities } } }, terms, reply);
  }

  @Ask({
    path: 'agents/:id/retire',
    summary: 'Sends an agent away in good order: what it has goes to others.',
    params: byAgent,
    body: noWords,
    answer: requestAnswer,
  })
  retire(
    @Param() { id: agentId }: ByAgent,
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'RetireAgent', data: { agentId } } }, terms, reply);
  }
}

/** Whoever asks again under a key asks for the same task. */
const taskIdUnder = (key: string | null): string =>
  key === null ? randomUUID() : createHash('sha256').update(`task|${key}`).digest('hex').slice(0, 32);
