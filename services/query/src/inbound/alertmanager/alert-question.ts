import { matcherFault, matchesAll, type Matcher } from '@tocsin/contracts';
import type { AlertFilter } from '../../reading/alertmanager/alert.ts';
import { readMatcher } from '../../reading/alertmanager/matcher-text.ts';
import { Problem } from '../../reading/problem.ts';

/** The parameters of a request as they came: what is said several times is a list. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Reads which alerts are meant. Whatever else is asked is passed over, as Alertmanager does: its tools ask for what
 * their own version knows.
 * @throws {Problem} when a condition, a flag or an expression cannot be read.
 */
export function readAlertFilter(query: RawQuery): AlertFilter {
  return {
    active: flagIn(query, 'active'),
    silenced: flagIn(query, 'silenced'),
    inhibited: flagIn(query, 'inhibited'),
    matchers: readMatchers(query),
    receiver: receiverIn(query),
  };
}

/** The conditions of `filter`, which may stand there many times. @throws {Problem} */
export function readMatchers(query: RawQuery): readonly Matcher[] {
  return listIn(query, 'filter').map((text) => {
    const read = readMatcher(text);
    if (read.kind === 'matcher') return read.matcher;
    throw wrong('filter', read.because);
  });
}

const listIn = (query: RawQuery, name: string): readonly string[] => [query[name] ?? []].flat();

function flagIn(query: RawQuery, name: string): boolean {
  const said = listIn(query, name);
  const flag = said.at(-1) ?? 'true';
  if (flag === 'true' || flag === 'false') return flag === 'true';
  throw wrong(name, `${name} is true or false.`);
}

function receiverIn(query: RawQuery): AlertFilter['receiver'] {
  const value = listIn(query, 'receiver').at(-1) ?? '';
  if (value === '') return null;
  const expression = { label: 'receiver', op: '=~', value } as const;
  const because = matcherFault(expression);
  if (because !== null) throw wrong('receiver', because);
  return (receiver) => matchesAll([expression], { receiver });
}

const wrong = (name: string, detail: string): Problem =>
  new Problem('invalid-query', detail, { errors: [{ pointer: `/query/${name}`, detail }] });
