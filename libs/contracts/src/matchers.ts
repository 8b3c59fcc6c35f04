import { RE2JS, RE2JSException } from 're2js';
import type { Matcher } from './generated/messages.ts';
import type { Labels } from './labels.ts';

/** Compiled expressions; people write few, and each is asked for every episode. */
const compiled = new Map<string, RE2JS>();
const COMPILED_MAX = 1_000;

/** @throws {RE2JSException} when it is no expression. */
function expressionOf(source: string): RE2JS {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  const expression = RE2JS.compile(source, RE2JS.DOTALL);
  compiled.set(source, expression);
  return expression;
}

/**
 * Tells whether all conditions hold for the labels; none at all hold for everything. Expressions are RE2, which take
 * time in proportion to the text whatever somebody writes, and must fit the whole value, as in Prometheus.
 */
export const matchesAll = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every((matcher) => matches(matcher, labels));

function matches({ label, op, value }: Matcher, labels: Labels): boolean {
  const held = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  switch (op) {
    case '=':
      return held === value;
    case '!=':
      return held !== value;
    case '=~':
      return expressionOf(value).matches(held);
    case '!~':
      return !expressionOf(value).matches(held);
  }
}

/** Returns why nobody can tell what the condition means, or null. To be asked before `matchesAll`, which would throw. */
export function matcherFault({ label, op, value }: Matcher): string | null {
  if (op === '=' || op === '!=') return null;
  try {
    expressionOf(value);
    return null;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `The expression '${value}' for ${label} cannot be read: ${error.message}`;
  }
}
