import { Controller, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Answer } from '../../reading/answer.ts';
import { Channels, type ChannelsAsked } from '../../reading/channels.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { channelAnswer, channelsAnswer, KINDS } from './channel-answers.ts';
import { byChannel, type ByChannel } from './channel-requests.ts';
import { Read } from './endpoint.ts';
import { atLeast, paging } from './parameters.ts';
import { question } from './question.ts';
import { AskedTenant } from './tenant.ts';

const channelsQuestion = question<ChannelsAsked>({
  properties: {
    kind: { type: 'string', enum: KINDS, description: 'Only channels of this kind.' },
    ...paging,
    atLeast,
  },
});

/** The channels that people have set up. */
@ApiTags('channels')
@UseInterceptors(AnswerInterceptor)
@Controller('api')
export class ChannelController {
  constructor(private readonly channels: Channels) {}

  @Read({
    path: 'channels',
    summary: 'The channels of a tenant, the one that was added last first.',
    query: channelsQuestion,
    answer: channelsAnswer,
    isOfTenant: true,
    problems: ['invalid-cursor'],
  })
  list(@Query() asked: ChannelsAsked, @AskedTenant() tenant: string): Promise<Answer> {
    return this.channels.list(tenant, asked);
  }

  @Read({
    path: 'channels/:id',
    summary: 'One channel. Its `ETag` is its version, which `If-Match` takes when it is changed.',
    query: question<object>({ properties: { atLeast } }),
    params: byChannel,
    answer: channelAnswer,
    isOfTenant: true,
    problems: ['unknown-channel'],
  })
  one(@Param() { id }: ByChannel, @AskedTenant() tenant: string): Promise<Answer> {
    return this.channels.one(tenant, id);
  }
}
