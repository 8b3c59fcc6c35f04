import type { RulePart } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import type { Reading } from '../reading.ts';
import type { Rule, Verdict } from './rule.ts';

/** A rule, and the whole number of points it is worth. */
export interface Entry {
  readonly rule: Rule;
  readonly points: number;
}

/** Some rules whose points count together: all of them, or only the best one's. */
export interface Part {
  readonly part: RulePart['part'];
  readonly counts: 'all' | 'best';
  readonly max: number;
  /** The part's share of the rule score, 0 to 1. */
  readonly weight: number;
  readonly entries: readonly Entry[];
}

/** Everything that makes a rule score. A version never changes; another table is another version. */
export interface RuleBook {
  readonly version: string;
  readonly parts: readonly Part[];
  /** The longest warm-up of its rules. */
  readonly needsBars: number;
}

/** Binds a table of rules. The maxima and weights are stated in the table and must be what the rules make of them. */
export function ruleBook(version: string, parts: readonly Part[]): RuleBook {
  for (const { part, counts, max, entries } of parts) {
    assert(together(counts, entries) === max, `the ${part} rules of ${version} make ${max} points`);
  }
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  assert(Math.abs(weights - 1) < 1e-12, `the weights of ${version} make one`);

  const needs = parts.flatMap(({ entries }) => entries.map(({ rule }) => rule.needsBars));
  return { version, parts, needsBars: Math.max(...needs) };
}

/** Asks every rule of the book about a reading. */
export function scored(book: RuleBook, reading: Reading): readonly RulePart[] {
  return book.parts.map(({ part, counts, max, entries }) => {
    const rules = entries.map(({ rule, points }) => ({
      rule: rule.name,
      points: points * shareOf(rule.holds(reading)),
      max: points,
    }));
    return { part, points: together(counts, rules), max, rules };
  });
}

function together(counts: Part['counts'], rules: readonly { readonly points: number }[]): number {
  const points = rules.map((each) => each.points);
  return counts === 'best' ? Math.max(0, ...points) : points.reduce((sum, each) => sum + each, 0);
}

function shareOf(verdict: Verdict): number {
  if (verdict === 'unknown') return 0.5;
  return verdict ? 1 : 0;
}
