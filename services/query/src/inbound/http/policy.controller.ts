import { Body, Controller, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { policyProblems, type PolicyChanged } from '@tocsin/contracts';
import type { Answer } from '../../reading/answer.ts';
import type { Paging } from '../../reading/page.ts';
import { Policies, type PolicyKind } from '../../reading/policies.ts';
import { Problem } from '../../reading/problem.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { Read } from './endpoint.ts';
import { policyAnswer, policyVersionsAnswer } from './notification-answers.ts';
import { atLeast, paging, sentence } from './parameters.ts';
import { question, statement } from './question.ts';
import { requestAnswer } from './request-answers.ts';
import { AskedTenant } from './tenant.ts';
import { AskedTerms, type Terms } from './terms.ts';
import { AskedVersion } from './version.ts';

type ByKind = { readonly kind: PolicyKind };
type NewPolicy = { readonly policy: PolicyChanged['data']['policy']; readonly reason: string };

const byKind = question<ByKind>({
  properties: {
    kind: {
      type: 'string',
      enum: ['routing', 'escalation', 'quiet-hours'] satisfies readonly PolicyKind[],
      description: 'What the policy is about: who is told what, when trouble climbs, or when people sleep.',
      example: 'routing',
    },
  },
  required: ['kind'],
});
const newPolicy = statement<NewPolicy>({
  properties: {
    policy: {
      type: 'object',
      description: 'The whole document, as `proto-schemas/policy/<kind>.v1.json` describes it.',
    },
    reason: sentence('Why it is changed.', 'Nobody is in the office at weekends.'),
  },
  required: ['policy', 'reason'],
});

/** Policies as data: read, changed, and never forgotten. */
@ApiTags('policies')
@Controller('api/policies')
export class PolicyController {
  constructor(
    private readonly policies: Policies,
    private readonly door: Door,
  ) {}

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: ':kind',
    summary: 'A policy of a tenant as it holds. Its `ETag` is its version, which `If-Match` takes when it is changed.',
    query: question<object>({ properties: { atLeast } }),
    params: byKind,
    answer: policyAnswer,
    isOfTenant: true,
  })
  newest(@Param() { kind }: ByKind, @AskedTenant() tenant: string): Promise<Answer> {
    return this.policies.newest(tenant, kind);
  }

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: ':kind/versions',
    summary: 'Every version of a policy that somebody has said, the newest first.',
    query: question<Paging>({ properties: { ...paging, atLeast } }),
    params: byKind,
    answer: policyVersionsAnswer,
    isOfTenant: true,
    problems: ['invalid-cursor'],
  })
  versions(@Param() { kind }: ByKind, @Query() asked: Paging, @AskedTenant() tenant: string): Promise<Answer> {
    return this.policies.versions(tenant, kind, asked);
  }

  @Ask({
    path: ':kind',
    method: 'PUT',
    summary: 'Makes a policy another one from now on. What is open keeps the version that it began with.',
    params: byKind,
    body: newPolicy,
    answer: requestAnswer,
    isOfTenant: true,
    isOfVersion: true,
  })
  change(
    @Param() { kind }: ByKind,
    @Body() { policy, reason }: NewPolicy,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @AskedVersion() version: number | null,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const problems = policyProblems(kind, policy);
    if (problems.length > 0)
      throw Problem.of(
        'invalid-body',
        problems.map(({ pointer, message }) => ({ pointer: `/body/policy${pointer}`, detail: message })),
      );
    const data = { tenant, kind, policy, reason, ...(version !== null && { basedOn: version }) };
    return this.door.ask({ command: { type: 'ChangePolicy', data } }, terms, reply);
  }
}
