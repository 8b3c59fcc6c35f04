import { matcherFault, type Matcher } from '@tocsin/contracts';

/** A condition as people write it, or why it is none. */
export type ReadMatcher =
  { readonly kind: 'matcher'; readonly matcher: Matcher } | { readonly kind: 'fault'; readonly because: string };

const MATCHER = /^\s*(?:"([a-zA-Z_][a-zA-Z0-9_]*)"|([a-zA-Z_][a-zA-Z0-9_]*))\s*(=~|!=|!~|=)\s*(.*?)\s*$/s;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Reads a condition such as `provider="kraken"`, `symbol=~EUR.*` or `severity != info`, as Alertmanager and its tools
 * write them: quotes may be left out, and inside them `\"`, `\\` and `\n` stand for what they do in OpenMetrics.
 */
export function readMatcher(text: string): ReadMatcher {
  const [, quoted, bare, op, raw] = MATCHER.exec(text) ?? [];
  const label = quoted ?? bare;
  if (label === undefined || raw === undefined || !isOp(op)) return fault(`'${text}' is no condition such as a="b".`);
  const value = valueOf(raw);
  if (value === null) return fault(`The value in '${text}' has a quote too many or too few.`);
  const matcher = { label, op, value };
  const because = matcherFault(matcher);
  return because === null ? { kind: 'matcher', matcher } : fault(because);
}

const fault = (because: string): ReadMatcher => ({ kind: 'fault', because });

const isOp = (op: string | undefined): op is Matcher['op'] => op === '=' || op === '!=' || op === '=~' || op === '!~';

/** A quote stands at both ends or nowhere; what is escaped is no quote. A backslash before anything else is itself. */
function valueOf(raw: string): string | null {
  const isQuoted = raw.startsWith('"');
  const inside = isQuoted ? /^"((?:[^"\\]|\\.)*)"$/s.exec(raw)?.[1] : raw;
  if (inside === undefined || (!isQuoted && /(?<!\\)(?:\\\\)*"/.test(inside))) return null;
  return inside.replaceAll(/\\(.)/gs, (whole, letter: string) => ESCAPED[letter] ?? whole);
}
