import { plainText } from '@tocsin/domain-kit';

/** Why a run fails here. The list that the API documents is longer: the rest belongs to agents. */
export type FailureCode = 'INSUFFICIENT_HISTORY' | 'ML_ERROR' | 'INTERNAL';

/** Whose fault a failed run is, and how much it weighs on the pair: 0 not at all, 1 in full. */
export const BLAME = {
  /** A young feed is nobody's failure; its bars are only too few yet. */
  INSUFFICIENT_HISTORY: { failureSource: 'capacity', weight: 0 },
  /** A model that says what is no number, or cannot explain it. */
  ML_ERROR: { failureSource: 'bad_output', weight: 1 },
  INTERNAL: { failureSource: 'unknown', weight: 1 },
} as const satisfies Readonly<Record<FailureCode, { readonly failureSource: string; readonly weight: number }>>;

/** Everything that an error says of itself and of its causes, outermost first; never nothing. */
export function toldBy(error: unknown): string {
  const told: string[] = [];
  for (
    let each = error;
    each !== undefined && told.length < CAUSES_MAX;
    each = each instanceof Error ? each.cause : undefined
  ) {
    told.push(wordsOf(each));
  }
  return plainText(told.join(', because ')) || 'no message';
}

/** A chain of causes longer than this is a circle. */
const CAUSES_MAX = 10;

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`;
}
