import type { Instant } from '@tocsin/domain-kit';

/** A provider that has answered before may miss this many questions in a row: a line that is lost is no outage. */
const MISSES_IN_A_ROW = 3;

type Reached = { readonly hasAnswered: boolean; readonly isLost: boolean; readonly misses: number };

const UNHEARD: Reached = { hasAnswered: false, isLost: false, misses: 0 };

/**
 * Tells a person that a provider cannot be reached, in one line each time that it begins, and in another when the provider
 * answers again. The facts tell all of it, each attempt of each feed; this is for who looks at a terminal.
 */
export class Reach {
  readonly #tell: (line: string) => void;
  readonly #providers = new Map<string, Reached>();

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** A question got no answer. `nextAt` is when the next one is asked; null when nobody can tell yet. */
  miss(provider: string, because: string, nextAt: Instant | null): void {
    const { hasAnswered, isLost, misses } = this.#providers.get(provider) ?? UNHEARD;
    const isLostNow = isLost || !hasAnswered || misses + 1 >= MISSES_IN_A_ROW;
    this.#providers.set(provider, { hasAnswered, isLost: isLostNow, misses: misses + 1 });
    if (isLost || !isLostNow) return;
    const next = nextAt === null ? '' : `, next at ${nextAt.slice(11, 19)} UTC`;
    this.#tell(`${provider} cannot be reached: ${withoutName(because, provider)}. It is asked again and again${next}.`);
  }

  /** A question was answered. */
  answer(provider: string): void {
    const isLost = this.#providers.get(provider)?.isLost === true;
    this.#providers.set(provider, { hasAnswered: true, isLost: false, misses: 0 });
    if (isLost) this.#tell(`${provider} answers again.`);
  }
}

/** Failures name their provider first, and so does the line. */
function withoutName(words: string, provider: string): string {
  const name = [`${provider}: `, `${provider} `].find((start) => words.startsWith(start)) ?? '';
  return words.slice(name.length).replace(/\.$/, '');
}
