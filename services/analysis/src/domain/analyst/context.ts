import { refuse, type Refusal } from '@tocsin/domain-kit';
import type { ContextTier, LeftOutSection } from './analyst.ts';
import { tokensAtMost } from './token-estimate.ts';

/** One part of what a model is told. It goes in whole or not at all: half a table misleads. */
export interface Section {
  readonly name: string;
  readonly tier: ContextTier;
  readonly text: string;
}

/** What the model is told, and what it is not. */
export interface Context {
  readonly text: string;
  readonly tokens: number;
  readonly leftOut: readonly LeftOutSection[];
}

const TIERS: readonly ContextTier[] = ['must', 'should', 'may'];

/**
 * Takes as many sections as fit: all of `must`, then of `should`, then of `may`, within a tier in the order given. A
 * section without room is left out, and a later, shorter one may still go in: it takes nothing from one that matters more.
 * The text keeps the order given, whatever the tiers.
 */
export function contextWithin(tokensMax: number, sections: readonly Section[]): Context | Refusal<'must-does-not-fit'> {
  const kept = new Set<Section>();
  let tokens = 0;
  for (const tier of TIERS) {
    for (const section of sections.filter((each) => each.tier === tier)) {
      const cost = tokensAtMost(blockOf(section));
      if (tokens + cost <= tokensMax) {
        kept.add(section);
        tokens += cost;
      } else if (tier === 'must') {
        return refuse(
          'must-does-not-fit',
          `With '${section.name}' the prompt has up to ${tokens + cost} tokens, and ${tokensMax} are allowed.`,
        );
      }
    }
  }
  return {
    text: sections
      .filter((section) => kept.has(section))
      .map(blockOf)
      .join(''),
    tokens,
    leftOut: sections.filter((section) => !kept.has(section)).map(({ tier, name }) => ({ tier, section: name })),
  };
}

/** A section under its name, ready to be followed by the next. */
const blockOf = ({ name, text }: Section): string => `## ${name}\n${text}\n\n`;
