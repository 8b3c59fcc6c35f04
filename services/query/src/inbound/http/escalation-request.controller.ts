import { Body, Controller, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ServiceTime } from '../../reading/service-time.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { sentence } from './parameters.ts';
import { question, statement } from './question.ts';
import { requestAnswer } from './request-answers.ts';
import { silenceRequestAnswer } from './silence-answers.ts';
import { scopeSilence, wantedSilence, type WrittenScopeSilence } from './silence-requests.ts';
import { AskedTenant } from './tenant.ts';
import { AskedTerms, type Terms } from './terms.ts';

type ByScope = { readonly scope: string };
type Acknowledgement = { readonly reason: string; readonly ttl_ms?: number };
type Resolution = { readonly reason: string };
type Remark = { readonly text: string };

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
const resolution = statement<Resolution>({
  properties: { reason: sentence('Why it is over; told to those who were told of it.', 'We switched providers.') },
  required: ['reason'],
});
const remark = statement<Remark>({
  properties: { text: sentence('What you have to say; shown on the timeline.', 'Called them: back at noon.') },
  required: ['text'],
});

/** What people decide about trouble. */
@ApiTags('escalation')
@Controller('api/escalations')
export class EscalationRequestController {
  constructor(
    private readonly door: Door,
    private readonly time: ServiceTime,
  ) {}

  @Ask({
    path: ':scope/ack',
    summary: 'Takes an open episode on, so that repeats stop for a while.',
    params: byScope,
    body: acknowledgement,
    answer: requestAnswer,
    isOfTenant: true,
  })
  acknowledge(
    @Param() { scope }: ByScope,
    @Body() { reason, ttl_ms: ttlMs }: Acknowledgement,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const data = { tenant, scope, reason, ...(ttlMs !== undefined && { ttlMs }) };
    return this.door.ask({ command: { type: 'AcknowledgeEpisode', data } }, terms, reply);
  }

  @Ask({
    path: ':scope/resolve',
    summary: 'Ends an open episode by hand. If the trouble goes on, the next fact of it begins a new one.',
    params: byScope,
    body: resolution,
    answer: requestAnswer,
    isOfTenant: true,
  })
  resolve(
    @Param() { scope }: ByScope,
    @Body() { reason }: Resolution,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'ResolveEpisode', data: { tenant, scope, reason } } }, terms, reply);
  }

  @Ask({
    path: ':scope/comment',
    summary: 'Writes a remark on the timeline of the newest episode of a scope.',
    params: byScope,
    body: remark,
    answer: requestAnswer,
    isOfTenant: true,
  })
  comment(
    @Param() { scope }: ByScope,
    @Body() { text }: Remark,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'CommentEpisode', data: { tenant, scope, text } } }, terms, reply);
  }

  @Ask({
    path: ':scope/silence',
    summary: 'Tells the people of a tenant nothing of a scope for a while; what happens goes on to be recorded.',
    params: byScope,
    body: scopeSilence,
    answer: silenceRequestAnswer,
    isOfTenant: true,
  })
  silence(
    @Param() { scope }: ByScope,
    @Body() written: WrittenScopeSilence,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const matchers = [{ label: 'scope', op: '=', value: scope }] as const;
    const command = wantedSilence({ ...written, matchers }, { tenant, terms, now: this.time.now() });
    return this.door.ask({ command }, terms, reply, { silence_id: command.data.silenceId });
  }
}
