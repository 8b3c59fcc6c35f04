import { Body, Controller, Param, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ServiceName } from '@tocsin/contracts';
import { SERVICES_BEHIND } from '../../services-behind.ts';
import type { Answer } from '../../reading/answer.ts';
import { Requests } from '../../reading/requests.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { requestAnswer } from './request-answers.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { Read } from './endpoint.ts';
import { atLeast, id, sentence, token } from './parameters.ts';
import { question, statement } from './question.ts';
import { AskedTerms, type Terms } from './terms.ts';

type ById = { readonly id: string };
type ByParkedKey = { readonly service: ServiceName; readonly entity: string; readonly key: string };
type Redrive = { readonly reason: string; readonly rehearse?: boolean };

const byId = question<ById>({ properties: { id: id('The id that the request was answered with.') }, required: ['id'] });
const byParkedKey = question<ByParkedKey>({
  properties: {
    service: { type: 'string', enum: SERVICES_BEHIND, description: 'Whose key is parked.', example: 'analysis' },
    entity: token('The type of the entity, as `EventParked` and `/readyz` name it, such as `analysis`.'),
    key: token('Its key, such as `EURUSD-15m`.'),
  },
  required: ['service', 'entity', 'key'],
});
const redrive = statement<Redrive>({
  properties: {
    reason: sentence('What was mended, so that it can be applied now.', 'The rules take a bar without volume.'),
    rehearse: {
      type: 'boolean',
      description: 'Whether to only find out how much could be applied: `because` says so, and nothing changes.',
    },
  },
  required: ['reason'],
});
/** What people ask of the house, and what became of it. */
@ApiTags('requests')
@Controller('api')
export class RequestController {
  constructor(
    private readonly door: Door,
    private readonly requests: Requests,
  ) {}

  @Ask({
    path: 'log/parked/:service/:entity/:key/redrive',
    summary: 'Applies what a service has parked for one key, in order, or only finds out how much could be applied.',
    params: byParkedKey,
    body: redrive,
    answer: requestAnswer,
  })
  redrive(
    @Param() { service, entity, key }: ByParkedKey,
    @Body() { reason, rehearse = false }: Redrive,
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const data = { entity, key, reason, rehearse };
    return this.door.ask({ command: { type: 'RedriveParked', data }, service }, terms, reply);
  }

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: 'requests/:id',
    summary: 'What became of a request: under way, done, unchanged, refused, or expired.',
    query: question<object>({ properties: { atLeast } }),
    params: byId,
    answer: requestAnswer,
    problems: ['unknown-request'],
  })
  request(@Param() path: ById): Promise<Answer> {
    return this.requests.ofId(path.id);
  }
}
