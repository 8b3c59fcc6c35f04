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

type ByScope = { readonly scope: string };
type ById = { readonly id: string };
type ByParkedKey = { readonly service: ServiceName; readonly entity: string; readonly key: string };
type Redrive = { readonly reason: string; readonly rehearse?: boolean };
type Acknowledgement = { readonly reason: string; readonly ttl_ms?: number };

const byScope = question<ByScope>({
  properties: {
    scope: {
      type: 'string',
      pattern: '^(?:pair|provider|service|agent|portfolio|release|alert)-[A-Za-z0-9_=-]{1,58}$',
      maxLength: 64,
      description: 'The scope, such as `pair-EURUSD-15m`.',
      example: 'pair-EURUSD-15m',
    },
  },
  required: ['scope'],
});
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
const acknowledgement = statement<Acknowledgement>({
  properties: {
    reason: sentence('What you have to say; shown on the timeline.', 'The provider announced an outage.'),
    ttl_ms: {
      type: 'integer',
      minimum: 60_000,
      maximum: 259_200_000,
      description: 'How long it holds; by default 4 h at CRITICAL and 24 h below, at most 72 h.',
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
    path: 'escalations/:scope/ack',
    summary: 'Takes an open episode on, so that repeats stop for a while.',
    params: byScope,
    body: acknowledgement,
    answer: requestAnswer,
  })
  acknowledge(
    @Param() { scope }: ByScope,
    @Body() { reason, ttl_ms: ttlMs }: Acknowledgement,
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const data = { scope, reason, ...(ttlMs !== undefined && { ttlMs }) };
    return this.door.ask({ command: { type: 'AcknowledgeEpisode', data } }, terms, reply);
  }

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
