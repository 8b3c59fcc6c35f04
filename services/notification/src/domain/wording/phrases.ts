import { plainText, type Instant } from '@tocsin/domain-kit';

/** What people read. `facts` are names and values to show beside the text. */
export type Wording = {
  readonly title: string;
  readonly text: string;
  readonly facts: Readonly<Record<string, string>>;
};

/** Bounds of the schemas; a cause may be as long as a whole text, so it gives way. */
export const CHARS_MAX = { title: 200, about: 200, text: 2_000, cause: 1_000, fact: 500, why: 300 };

export const SIMULATED = 'The source is simulated: no real market is concerned';

export const mark = (simulated: boolean): string => (simulated ? ' (simulated)' : '');

/** Sentences end once, however their parts were written. */
export const sentences = (...parts: readonly (string | false)[]): string =>
  parts
    .filter((part) => part !== false)
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ');

export const spoken = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** The two largest units that count, such as `1 h 15 min`; less than a second is `0 s`. */
export function lasting(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

export function factsOf(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) facts[name] = plainText(value, CHARS_MAX.fact);
  }
  return facts;
}
