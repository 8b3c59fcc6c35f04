import { Controller, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Analyses, type HistoryAsked, type LatestAsked } from '../../reading/analyses.ts';
import type { Answer } from '../../reading/answer.ts';
import { Signals, type ScorecardAsked } from '../../reading/signals.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { historyAnswer, latestAnswer, oneAnalysisAnswer } from './answers.ts';
import { Read } from './endpoint.ts';
import { pairIn } from './pair-path.ts';
import { atLeast, id, ofPair, paging, symbol, timeframe } from './parameters.ts';
import { question } from './question.ts';
import { boardAnswer, scorecardAnswer } from './signal-answers.ts';

type ById = { readonly id: string };
type ScorecardQuestion = Omit<ScorecardAsked, 'pair'> & { readonly pair?: string };

const latestQuestion = question<LatestAsked>({
  properties: { pair: symbol, tf: timeframe, atLeast },
  required: ['pair', 'tf'],
});
const historyQuestion = question<HistoryAsked>({
  properties: {
    pair: symbol,
    tf: { ...timeframe, description: 'Only this timeframe; without it all, one after the other.' },
    status: {
      type: 'string',
      enum: ['PENDING', 'COMPLETE', 'FAILED', 'SKIPPED'],
      description: 'Only analyses that stand like this.',
    },
    ...paging,
    atLeast,
  },
  required: ['pair'],
});
const nothingElse = question<object>({ properties: { atLeast } });
const scorecardQuestion = question<ScorecardQuestion>({
  properties: { pair: ofPair('Only signals of this pair'), ...paging, atLeast },
});
const byId = question<ById>({ properties: { id: id('The id of the run.') }, required: ['id'] });

@ApiTags('analysis')
@UseInterceptors(AnswerInterceptor)
@Controller('api')
export class AnalysisController {
  constructor(
    private readonly analyses: Analyses,
    private readonly signals: Signals,
  ) {}

  @Read({
    path: 'analysis/latest',
    summary: 'The newest analysis of a pair, with how fresh the pair is now.',
    query: latestQuestion,
    answer: latestAnswer,
    problems: ['unknown-pair', 'no-analysis'],
  })
  latest(@Query() asked: LatestAsked): Promise<Answer> {
    return this.analyses.latest(asked);
  }

  @Read({
    path: 'analysis/history',
    summary: 'The analyses of a symbol, newest bar first within each timeframe.',
    query: historyQuestion,
    answer: historyAnswer,
    problems: ['invalid-cursor', 'unknown-pair'],
  })
  history(@Query() asked: HistoryAsked): Promise<Answer> {
    return this.analyses.history(asked);
  }

  @Read({
    path: 'analysis/:id',
    summary: 'One run with its log.',
    query: nothingElse,
    params: byId,
    answer: oneAnalysisAnswer,
    problems: ['unknown-analysis'],
  })
  one(@Param() path: ById): Promise<Answer> {
    return this.analyses.one(path.id);
  }

  @Read({
    path: 'signals/board',
    summary: 'The newest signal of every pair, of the rules or of an agent.',
    query: nothingElse,
    answer: boardAnswer,
  })
  board(): Promise<Answer> {
    return this.signals.board();
  }
  @Read({
    path: 'signals/scorecard',
    summary: 'Whether signals were any good, by pair, rule book, model and phase; always with how many say so.',
    query: scorecardQuestion,
    answer: scorecardAnswer,
    problems: ['invalid-cursor'],
  })
  scorecard(@Query() { pair, ...asked }: ScorecardQuestion): Promise<Answer> {
    return this.signals.scorecard({ ...asked, ...(pair !== undefined && { pair: pairIn(pair, '/query/pair') }) });
  }
}
