import type { RunCompletedData, ScopeKind, SignalEmittedData } from '@tocsin/contracts';
import { plainText, type Instant } from '@tocsin/domain-kit';
import { CHARS_MAX, factsOf, mark, sentences, SIMULATED, spoken, type Wording } from './phrases.ts';

/** Something that went well, and that some channels ask to hear of. */
export type GoodNews = Wording & {
  readonly kind: 'success' | 'signal';
  /** One for each bar, however often it is heard. */
  readonly id: string;
  readonly scope: string;
  readonly scopeKind: ScopeKind;
  readonly about: string;
  readonly why: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly barOpenAt: Instant;
  readonly simulated: boolean;
  readonly at: Instant;
};

/** A signal is told from this composite on. Source: R-10 of ingestion. Compared as it is, not as it is shown. */
const STRONG_MIN = 70;

/** Whether a signal, or the run that leads to it, is worth telling to those who ask for signals. */
export const isStrong = ({ compositeScore }: Pick<SignalEmittedData, 'compositeScore'>): boolean =>
  compositeScore >= STRONG_MIN;

/** Lines of a notice that say why. */
const WHY_MAX = 5;

/** The newest analysis of a pair has come: it is fresh, and works. */
export function newsOfRun(run: RunCompletedData): GoodNews {
  const { symbol, timeframe, barOpenAt, barCloseAt, finalDecision, finishedAt: at, simulated, freshness } = run;
  return {
    ...pairNews(run),
    kind: 'success',
    id: `suc:${symbol}:${timeframe}:${barOpenAt}`,
    title: plainText(`Analysed: ${symbol} ${timeframe}${mark(simulated)}`, CHARS_MAX.title),
    text: sentences(
      `${symbol} ${timeframe}: the bar that closed at ${spoken(barCloseAt)} is analysed, and says ${finalDecision}`,
      `Its data are ${freshness.colour}`,
      simulated && SIMULATED,
    ),
    why: [],
    at,
  };
}

/** A signal that is strong enough to be told, with what spoke for it. */
export function newsOfSignal(emitted: SignalEmittedData, why: readonly string[]): GoodNews {
  const { signalId, symbol, timeframe, barCloseAt, signal, compositeScore, confidence, simulated } = emitted;
  const { stopLoss, takeProfit, analyzedAt: at } = emitted;
  const news = pairNews(emitted);
  return {
    ...news,
    kind: 'signal',
    id: signalId,
    title: plainText(`${signal}: ${symbol} ${timeframe}${mark(simulated)}`, CHARS_MAX.title),
    text: sentences(
      `${symbol} ${timeframe}: ${signal} on the bar that closed at ${spoken(barCloseAt)}`,
      `The score is ${rounded(compositeScore)} of 100, the confidence ${rounded(confidence * 100)} %`,
      simulated && SIMULATED,
    ),
    facts: {
      ...news.facts,
      ...factsOf({ signal, stopLoss: stopLoss ?? undefined, takeProfit: takeProfit ?? undefined }),
    },
    why: why.slice(0, WHY_MAX),
    at,
  };
}

/** What spoke most for or against: features of the model where there is one, else the parts of the rules. */
export function reasonsOf({
  topFeatures,
  ruleParts,
}: Pick<RunCompletedData, 'topFeatures' | 'ruleParts'>): readonly string[] {
  const features = topFeatures
    .filter(({ feature }) => feature !== 'base')
    .map(
      ({ feature, contribution }) => `${feature} ${contribution < 0 ? '' : '+'}${rounded(contribution, 2)} log-odds`,
    );
  const parts = [...ruleParts]
    .sort((a, b) => b.points / b.max - a.points / a.max)
    .map(({ part, points, max }) => `${part} ${rounded(points)} of ${rounded(max)} points`);
  return [...features, ...parts].slice(0, WHY_MAX).map((line) => plainText(line, CHARS_MAX.why));
}

function pairNews(
  of: Pick<RunCompletedData, 'pair' | 'symbol' | 'timeframe' | 'provider' | 'barOpenAt' | 'simulated'>,
) {
  const { pair, symbol, timeframe, provider, barOpenAt, simulated } = of;
  const scope = `pair-${pair}`;
  const about = plainText(`${symbol} ${timeframe}`, CHARS_MAX.about);
  return {
    scope,
    scopeKind: 'pair',
    about,
    labels: {
      family: 'evt',
      scope,
      scope_kind: 'pair',
      pair,
      symbol,
      timeframe,
      provider,
      level: 'INFO',
      severity: 'info',
      simulated: String(simulated),
    },
    facts: factsOf({ about, scope, level: 'INFO', provider, symbol, timeframe, bar: barOpenAt }),
    barOpenAt,
    simulated,
  } as const;
}

/** For display only: what is compared is never rounded. */
const rounded = (value: number, decimals = 0): string => value.toFixed(decimals);
