import { Controller, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Answer } from '../../reading/answer.ts';
import { Escalations, type EscalationsAsked } from '../../reading/escalations.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { Read } from './endpoint.ts';
import { escalationsAnswer, scopeAnswer, troubledPairsAnswer } from './escalation-answers.ts';
import { atLeast, paging, token } from './parameters.ts';
import { question } from './question.ts';
import { AskedTenant } from './tenant.ts';

type ByScope = { readonly scope: string };

const escalationsQuestion = question<EscalationsAsked>({
  properties: {
    status: {
      type: 'string',
      enum: ['standing', 'open', 'acknowledged', 'cleared'],
      description: 'Only episodes that stand so; `standing` is open or acknowledged.',
    },
    level: { type: 'string', enum: ['INFO', 'WARN', 'ERROR', 'CRITICAL'], description: 'Only episodes at this level.' },
    scope_kind: {
      type: 'string',
      enum: ['pair', 'provider', 'service', 'agent', 'portfolio', 'release', 'alert'],
      description: 'Only episodes about this.',
    },
    ...paging,
    atLeast,
  },
});
const nothingElse = question<object>({ properties: { atLeast } });
const byScope = question<ByScope>({
  properties: { scope: token('The scope, such as `pair-EURUSD-15m`.') },
  required: ['scope'],
});
@ApiTags('escalation')
@UseInterceptors(AnswerInterceptor)
@Controller('api')
export class EscalationController {
  constructor(private readonly escalations: Escalations) {}

  @Read({
    path: 'escalations',
    summary: 'Episodes of trouble, the one that was opened last first.',
    query: escalationsQuestion,
    answer: escalationsAnswer,
    isOfTenant: true,
    problems: ['invalid-cursor'],
  })
  list(@Query() asked: EscalationsAsked, @AskedTenant() tenant: string): Promise<Answer> {
    return this.escalations.list(tenant, asked);
  }

  @Read({
    path: 'escalations/pairs',
    summary: 'Symbols whose pairs are in trouble, all timeframes together, the worst first.',
    query: nothingElse,
    answer: troubledPairsAnswer,
    isOfTenant: true,
  })
  pairs(@AskedTenant() tenant: string): Promise<Answer> {
    return this.escalations.ofSymbols(tenant);
  }

  @Read({
    path: 'escalations/:scope',
    summary: 'The newest episode of a scope with its timeline, and what its ladder counts.',
    query: nothingElse,
    params: byScope,
    answer: scopeAnswer,
    isOfTenant: true,
    problems: ['unknown-scope'],
  })
  ofScope(@Param() path: ByScope, @AskedTenant() tenant: string): Promise<Answer> {
    return this.escalations.ofScope(tenant, path.scope);
  }
}
