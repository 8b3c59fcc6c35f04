import { Body, Controller, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Answer } from '../../reading/answer.ts';
import { ServiceTime } from '../../reading/service-time.ts';
import { Silences, type SilencesAsked } from '../../reading/silences.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { Read } from './endpoint.ts';
import { noWords } from './feed-requests.ts';
import { atLeast, paging } from './parameters.ts';
import { question } from './question.ts';
import { requestAnswer } from './request-answers.ts';
import { silenceAnswer, silenceRequestAnswer, silencesAnswer } from './silence-answers.ts';
import { bySilence, newSilence, wantedSilence, type BySilence, type WrittenSilence } from './silence-requests.ts';
import { AskedTenant } from './tenant.ts';
import { AskedTerms, type Terms } from './terms.ts';

const silencesQuestion = question<SilencesAsked>({
  properties: {
    state: {
      type: 'string',
      enum: ['standing', 'expired'],
      description: 'Only those that hold or will hold, or only those that are over.',
    },
    kind: { type: 'string', enum: ['silence', 'maintenance'], description: 'Only silences of this kind.' },
    ...paging,
    atLeast,
  },
});

/** What is kept from people for a while. */
@ApiTags('silences')
@Controller('api/silences')
export class SilenceController {
  constructor(
    private readonly silences: Silences,
    private readonly door: Door,
    private readonly time: ServiceTime,
  ) {}

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: '',
    summary: 'The silences and maintenance windows of a tenant, the one that was asked for last first.',
    query: silencesQuestion,
    answer: silencesAnswer,
    isOfTenant: true,
    problems: ['invalid-cursor'],
  })
  list(@Query() asked: SilencesAsked, @AskedTenant() tenant: string): Promise<Answer> {
    return this.silences.list(tenant, asked);
  }

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: ':id',
    summary: 'One silence.',
    query: question<object>({ properties: { atLeast } }),
    params: bySilence,
    answer: silenceAnswer,
    isOfTenant: true,
    problems: ['unknown-silence'],
  })
  one(@Param() { id }: BySilence, @AskedTenant() tenant: string): Promise<Answer> {
    return this.silences.one(tenant, id);
  }

  @Ask({
    path: '',
    summary: 'Keeps what fits from the people of a tenant for a while, or in a window that comes back.',
    body: newSilence,
    answer: silenceRequestAnswer,
    isOfTenant: true,
  })
  create(
    @Body() written: WrittenSilence,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const command = wantedSilence(written, { tenant, terms, now: this.time.now() });
    return this.door.ask({ command }, terms, reply, { silence_id: command.data.silenceId });
  }

  @Ask({
    path: ':id',
    method: 'DELETE',
    summary: 'Ends a silence or maintenance window now; what it held back and still stands is told.',
    params: bySilence,
    body: noWords,
    answer: requestAnswer,
    isOfTenant: true,
  })
  expire(
    @Param() { id: silenceId }: BySilence,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'ExpireSilence', data: { tenant, silenceId } } }, terms, reply);
  }
}
