import { Controller, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Answer } from '../../reading/answer.ts';
import { Feeds, type FeedsAsked } from '../../reading/feeds.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { feedAnswer, feedsAnswer } from './answers.ts';
import { Read } from './endpoint.ts';
import { byPair } from './feed-requests.ts';
import { pairIn } from './pair-path.ts';
import { atLeast, paging, token } from './parameters.ts';
import { question } from './question.ts';

const feedsQuestion = question<FeedsAsked>({
  properties: {
    status: { type: 'string', enum: ['active', 'paused'], description: 'Only feeds that stand so.' },
    provider: token('Only feeds that this provider is asked for now.'),
    ...paging,
    atLeast,
  },
});
const nothingElse = question<object>({ properties: { atLeast } });

@ApiTags('ingestion')
@UseInterceptors(AnswerInterceptor)
@Controller('api')
export class FeedController {
  constructor(private readonly feeds: Feeds) {}

  @Read({
    path: 'feeds',
    summary: 'What is watched and where its bars come from, the feed that was added last first.',
    query: feedsQuestion,
    answer: feedsAnswer,
    problems: ['invalid-cursor'],
  })
  list(@Query() asked: FeedsAsked): Promise<Answer> {
    return this.feeds.list(asked);
  }

  @Read({
    path: 'feeds/:pair',
    summary: 'One feed: its sources in order, which of them is asked, and what is missing.',
    query: nothingElse,
    params: byPair,
    answer: feedAnswer,
    problems: ['unknown-pair'],
  })
  ofPair(@Param() { pair }: { readonly pair: string }): Promise<Answer> {
    return this.feeds.ofPair(pairIn(pair));
  }
}
