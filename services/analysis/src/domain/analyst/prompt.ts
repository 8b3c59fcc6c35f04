import type { RulePart } from '@tocsin/contracts';
import { type Refusal } from '@tocsin/domain-kit';
import type { BarWindow, PriceBar } from '../bar-window.ts';
import type { AnalystInput, LeftOutSection, UntrustedHeadline } from './analyst.ts';
import { REASONING_CHARS_ASKED } from './answer.ts';
import { contextWithin, type Section } from './context.ts';
import { tokensAtMost } from './token-estimate.ts';
import { fenced, harmless, UNTRUSTED_NOTICE } from './untrusted.ts';

/** What is sent to a model: a function of the input and the budget, so the same question has the same bytes. */
export interface Prompt {
  readonly system: string;
  readonly user: string;
  /** An estimate that errs upwards. */
  readonly tokens: number;
  readonly leftOut: readonly LeftOutSection[];
}

/** Bars by how much they matter: the newest always, a range of them if there is room, the way there last. */
const BARS = { newest: 10, recent: 40, all: 120 };
const HEADLINES = { newest: 5, all: 20 };
const TITLE_CHARS = 200;
const SUMMARY_CHARS = 400;
const OUTLET_CHARS = 60;

/** What an endpoint adds around two messages, generously. */
const FRAME_TOKENS = 32;

const SYSTEM = `You are a market analyst. You are shown the closed bars of one instrument, what a set of rules found in them, and sometimes headlines. Say what you would do at the close of the newest bar, from what you are shown and nothing else.

Answer with one JSON object and not a word around it:
- "signal": "BUY", "SELL" or "HOLD". HOLD where the evidence is weak or contradicts itself.
- "confidence": a number from 0 to 1, the probability that the signal reaches its target before its stop; for HOLD, that the price stays about where it is.
- "riskScore": a number from 0 (calm) to 1 (anything may happen).
- "reasoning": at most ${REASONING_CHARS_ASKED} characters of plain text: which evidence decided, and what speaks against it.
- "wyckoffPhase": the phase as you see it, or null if you see none.

${UNTRUSTED_NOTICE}`;

/** Writes the two messages of a question, with as much context as `tokensMax` has room for. */
export function promptFor(input: AnalystInput, tokensMax: number): Prompt | Refusal<'must-does-not-fit'> {
  const fixed = tokensAtMost(SYSTEM) + FRAME_TOKENS;
  const context = contextWithin(tokensMax - fixed, sectionsOf(input));
  if ('refused' in context) return context;
  return {
    system: SYSTEM,
    user: context.text.trimEnd(),
    tokens: fixed + context.tokens,
    leftOut: context.leftOut,
  };
}

/** In the order in which they are read; bars from the oldest on. Sections with nothing to tell are none. */
function sectionsOf(input: AnalystInput): readonly Section[] {
  const { bars, headlines } = input;
  const sections: readonly (Section | null)[] = [
    { tier: 'must', name: 'market', text: marketLines(input) },
    { tier: 'must', name: 'rules', text: input.run.ruleParts.map(ruleLine).join('\n') },
    barSection('may', 'bars, oldest', bars.slice(-BARS.all, -BARS.recent)),
    barSection('should', 'bars, older', bars.slice(-BARS.recent, -BARS.newest)),
    barSection('must', 'bars, newest', bars.slice(-BARS.newest)),
    headlineSection('should', 'headlines, newest', headlines.slice(0, HEADLINES.newest)),
    headlineSection('may', 'headlines, older', headlines.slice(HEADLINES.newest, HEADLINES.all)),
  ];
  return sections.filter((section) => section !== null);
}

/** A symbol is the operator's own word, but a provider may have had a say in it. */
const SYMBOL_CHARS = 58;

function marketLines({ symbol, timeframe, asOf, run }: AnalystInput): string {
  return [
    `symbol: ${harmless(symbol, SYMBOL_CHARS)}`,
    `timeframe: ${timeframe}`,
    `as of: ${asOf}`,
    `close: ${run.close}`,
    `bias of the trend: ${run.bias}`,
    `phase by volume and range: ${run.phase}`,
    `regime of volatility: ${run.regime}`,
    `stop: ${run.stopLoss ?? 'none'}`,
    `target: ${run.takeProfit ?? 'none'}`,
    `flags that forbid a trade: ${run.redFlags.join(', ') || 'none'}`,
  ].join('\n');
}

const ruleLine = ({ part, points, max, rules }: RulePart): string =>
  `${part} ${points}/${max}: ${rules.map((rule) => `${rule.rule} ${rule.points}/${rule.max}`).join(', ')}`;

function barSection(tier: Section['tier'], name: string, bars: BarWindow): Section | null {
  if (bars.length === 0) return null;
  return { tier, name, text: ['open time,open,high,low,close,volume', ...bars.map(barLine)].join('\n') };
}

/** A feed without volume says 0, which a model would take for a market that nobody trades in. */
const barLine = ({ openAt, open, high, low, close, volume, volumeKind }: PriceBar): string =>
  `${minuteOf(openAt)},${open},${high},${low},${close},${volumeKind === 'none' ? '' : volume}`;

function headlineSection(tier: Section['tier'], name: string, headlines: readonly UntrustedHeadline[]): Section | null {
  return headlines.length === 0 ? null : { tier, name, text: fenced(headlines.map(headlineLine)) };
}

const headlineLine = ({ publishedAt, outlet, title, summary }: UntrustedHeadline): string =>
  `- ${minuteOf(publishedAt)} ${harmless(outlet, OUTLET_CHARS)}: ${harmless(title, TITLE_CHARS)}${summary.trim() === '' ? '' : ` / ${harmless(summary, SUMMARY_CHARS)}`}`;

/** A moment to the minute: seconds of bars are always 0, and seconds of news are noise. */
const minuteOf = (at: string): string => at.slice(0, 'YYYY-MM-DDTHH:MM'.length);
