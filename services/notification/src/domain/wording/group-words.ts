import type { ScopeKind } from '@tocsin/contracts';
import { plainText } from '@tocsin/domain-kit';
import type { LineWaiting, NoticeLine } from '../notices/notice-line.ts';
import { MEANING } from './meanings.ts';
import { CHARS_MAX, factsOf, mark, sentences, SIMULATED, type Wording } from './phrases.ts';

const MANY: Readonly<Record<ScopeKind, string>> = {
  pair: 'pairs',
  provider: 'providers',
  service: 'services',
  agent: 'agents',
  portfolio: 'portfolio alerts',
  release: 'releases',
  alert: 'alerts',
};

/** What the list of names may take of a text; the rest is counted. */
const LIST_CHARS_MAX = 1_200;

/** Says how many things are concerned, which, and what that means; all of them are of one kind and one provider. */
export function wordsForGroup({ kind, level }: LineWaiting, lines: readonly NoticeLine[]): Wording {
  const [first] = lines;
  const scopeKind = first?.scopeKind ?? 'alert';
  const provider = first?.labels['provider'];
  const count = String(lines.length);
  const things = `${count} ${MANY[scopeKind]}${provider === undefined || scopeKind === 'provider' ? '' : ` of ${provider}`}`;
  const isSimulated = lines.every(({ simulated }) => simulated);
  const isEnd = kind === 'restoration';
  // That a person ended one of them does not say that it works.
  const isRestored = lines.every(({ words }) => words.facts['resolvedBy'] === undefined);
  const beginning = isEnd ? (isRestored ? 'Restored' : 'Over') : `${kind === 'reminder' ? 'Still ' : ''}${level}`;
  return {
    title: plainText(`${beginning}: ${things}${mark(isSimulated)}`, CHARS_MAX.title),
    text: plainText(
      sentences(
        `${things} ${isEnd ? (isRestored ? 'work again' : 'have no open episode any more') : `are ${kind === 'reminder' ? 'still ' : ''}at ${level}`}: ${listed(lines)}`,
        !isEnd && MEANING[scopeKind][level],
        isSimulated && SIMULATED,
      ),
      CHARS_MAX.text,
    ),
    facts: factsOf({ about: things, count, level, provider }),
  };
}

function listed(lines: readonly NoticeLine[]): string {
  const names: string[] = [];
  let chars = 0;
  for (const { words } of lines) {
    chars += words.about.length + 2;
    if (chars > LIST_CHARS_MAX) break;
    names.push(words.about);
  }
  const left = lines.length - names.length;
  return `${names.join(', ')}${left > 0 ? `, and ${left} more` : ''}`;
}
