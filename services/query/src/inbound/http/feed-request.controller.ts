import { Body, Controller, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problem } from '../../reading/problem.ts';
import { requestAnswer } from './request-answers.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { byPair, newFeed, noWords, pushedBars, reasoned, type NewFeed } from './feed-requests.ts';
import { pairNamed } from './pair-named.ts';
import { pairIn } from './pair-path.ts';
import { asPushed, problemsOf, type WrittenBar } from './pushed-bars.ts';
import { AskedTerms, type Terms } from './terms.ts';

type ByPair = { readonly pair: string };

/** What people and programs ask of the feeds, and the bars that they bring themselves. */
@ApiTags('requests')
@Controller('api/feeds')
export class FeedRequestController {
  constructor(private readonly door: Door) {}

  @Ask({
    path: '',
    summary: 'Watches a pair, or watches it otherwise.',
    body: newFeed,
    answer: requestAnswer,
  })
  add(@Body() wanted: NewFeed, @AskedTerms() terms: Terms, @Res({ passthrough: true }) reply: Reply): Promise<string> {
    const { symbol, timeframe, providers, calendar, volume, feed_latency_ms: feedLatencyMs } = wanted;
    const data = {
      pair: pairNamed(symbol, timeframe),
      ...{ symbol, timeframe, calendarId: calendar, volumeKind: volume },
      sources: providers.map((source) => (typeof source === 'string' ? { provider: source, symbol } : source)),
      ...(feedLatencyMs !== undefined && { feedLatencyMs }),
    };
    return this.door.ask({ command: { type: 'AddFeed', data } }, terms, reply);
  }

  @Ask({
    path: ':pair/pause',
    summary: 'Watches a pair no more until somebody resumes it.',
    params: byPair,
    body: reasoned('The exchange announced maintenance.'),
    answer: requestAnswer,
  })
  pause(
    @Param() { pair }: ByPair,
    @Body() { reason }: { readonly reason: string },
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'PauseFeed', data: { pair: pairIn(pair), reason } } }, terms, reply);
  }

  @Ask({
    path: ':pair/resume',
    summary: 'Watches a paused pair again.',
    params: byPair,
    body: noWords,
    answer: requestAnswer,
  })
  resume(
    @Param() { pair }: ByPair,
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'ResumeFeed', data: { pair: pairIn(pair) } } }, terms, reply);
  }

  @Ask({
    path: ':pair/remove',
    summary: 'Watches a pair no more. What is known of it stays.',
    params: byPair,
    body: reasoned('We do not trade it any more.'),
    answer: requestAnswer,
  })
  remove(
    @Param() { pair }: ByPair,
    @Body() { reason }: { readonly reason: string },
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    return this.door.ask({ command: { type: 'RemoveFeed', data: { pair: pairIn(pair), reason } } }, terms, reply);
  }

  @Ask({
    path: ':pair/bars',
    summary: 'Brings complete bars of a feed whose provider is `push`: all of them are taken, or none.',
    params: byPair,
    body: pushedBars,
    answer: requestAnswer,
  })
  push(
    @Param() path: ByPair,
    @Body() { bars }: { readonly bars: readonly WrittenBar[] },
    @AskedTerms() terms: Terms,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const pair = pairIn(path.pair);
    const errors = problemsOf(bars);
    if (errors.length > 0) throw Problem.of('invalid-body', errors);
    return this.door.ask({ command: { type: 'PushBars', data: { pair, bars: bars.map(asPushed) } } }, terms, reply);
  }
}
