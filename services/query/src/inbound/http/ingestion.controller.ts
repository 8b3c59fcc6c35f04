import { Controller, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Answer } from '../../reading/answer.ts';
import { Bars, type BarsAsked } from '../../reading/bars.ts';
import { Status } from '../../reading/status.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { barsAnswer, statusAnswer } from './answers.ts';
import { Read } from './endpoint.ts';
import { atLeast, moment, paging, symbol, timeframe } from './parameters.ts';
import { question } from './question.ts';

const statusQuestion = question<object>({ properties: { atLeast } });
const barsQuestion = question<BarsAsked>({
  properties: {
    symbol,
    tf: timeframe,
    from: moment('Bars that opened at this moment or later.'),
    to: moment('Bars that opened before this moment.'),
    ...paging,
    atLeast,
  },
  required: ['symbol', 'tf'],
});

@ApiTags('ingestion')
@UseInterceptors(AnswerInterceptor)
@Controller('api')
export class IngestionController {
  constructor(
    private readonly currentStatus: Status,
    private readonly allBars: Bars,
  ) {}

  @Read({
    path: 'ingestion/status',
    summary: 'How fresh every pair is, and how feeds and analyses have fared over the last 5 minutes of event time.',
    query: statusQuestion,
    answer: statusAnswer,
  })
  status(): Promise<Answer> {
    return this.currentStatus.now();
  }

  @Read({
    path: 'bars',
    summary: 'The closed bars of a pair, newest first.',
    query: barsQuestion,
    answer: barsAnswer,
    problems: ['invalid-cursor', 'unknown-pair'],
  })
  bars(@Query() asked: BarsAsked): Promise<Answer> {
    return this.allBars.list(asked);
  }
}
