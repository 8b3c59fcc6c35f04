import type { RulePart } from '@tocsin/contracts';
import type { Part } from './rules/rule-book.ts';
import { NOISE } from './comparison.ts';

/** What a model says, as a score from 0 to 100. */
export interface ModelScore {
  readonly score: number;
  /** The model's share of the composite, 0 to 1. */
  readonly weight: number;
}

/** A factor that a raw confidence is multiplied with, 0 to 1. */
export interface Factor {
  readonly factor: number;
}

/** The rule score, 0 to 100: each part's share of its maximum, by the part's weight. */
export function ruleScore(parts: readonly Part[], scores: readonly RulePart[]): number {
  const weightOf = new Map(parts.map(({ part, weight }) => [part, weight]));
  return cut(100 * scores.reduce((sum, { part, points, max }) => sum + (weightOf.get(part) ?? 0) * (points / max), 0));
}

/** Rules and model together, 0 to 100; without a model the rules alone, not the rules and a constant. */
export const compositeScore = (rules: number, model: ModelScore | null): number =>
  model === null ? rules : cut((1 - model.weight) * rules + model.weight * model.score);

/** The confidence before anything is held against it, 0 to 1. */
export const rawConfidence = (composite: number): number => sixDecimals(composite / 100);

/** The confidence after all factors. Always made from the raw one, so making it again gives the same bytes. */
export function confidence(raw: number, factors: readonly Factor[]): number {
  const product = factors.reduce((sum, { factor }) => sum * factor, raw);
  return sixDecimals(Math.min(1, Math.max(0, product)));
}

/**
 * Keeps four decimals of a score by cutting, not by rounding: a 69.99996 must not be stored as the 70 that it was not
 * when it was compared. What is compared is what is stored, so no reader can come to another decision.
 */
const cut = (score: number): number => Math.floor((score + NOISE) * 10_000) / 10_000;

/** A score has four decimals, so its hundredth has six; products are rounded there, so their order leaves no trace. */
const sixDecimals = (value: number): number => Math.round(value * 1_000_000) / 1_000_000;
