import { readFileSync } from 'node:fs';
import { ERROR_CODES, errorCodesPage } from './error-codes.ts';

const inRepository = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

type Schema = { readonly properties: { readonly errorCode: { readonly enum: readonly string[] } } };

const codesOf = (schema: string): readonly string[] =>
  (JSON.parse(inRepository(`proto-schemas/${schema}.v1.json`)) as Schema).properties.errorCode.enum;

const SAID = {
  analysis: 'analysis/run-failed',
  task: 'analysis/task-failed',
  attempt: 'ingestion/attempt-failed',
} as const;

describe('the error codes', () => {
  it('have the page that is printed from them; copy errorCodesPage() there when this fails', () => {
    expect(inRepository('docs/reference/error-codes.md')).toBe(errorCodesPage());
  });

  it('are those of the schemas, and no others', () => {
    const all = new Set(Object.values(SAID).flatMap(codesOf));
    expect(Object.keys(ERROR_CODES).sort()).toEqual([...all].sort());
  });

  it.each(Object.entries(SAID))('that are said of %s are allowed to be', (sayer, schema) => {
    const allowed = codesOf(schema);
    const said = Object.entries<{ readonly saidOf: readonly string[] }>(ERROR_CODES).filter(([, { saidOf }]) =>
      saidOf.includes(sayer),
    );
    expect(said.length).toBeGreaterThan(0);
    for (const [code] of said) expect(allowed).toContain(code);
    if (sayer !== 'analysis') expect(said.map(([code]) => code).sort()).toEqual([...allowed].sort());
  });
});
