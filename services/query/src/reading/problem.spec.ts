import { readFileSync } from 'node:fs';
import { Problem, PROBLEMS, problemsPage } from './problem.ts';

const page = new URL('../../../../docs/reference/problems.md', import.meta.url);

describe('the problems', () => {
  it('have the page that is printed from them; copy problemsPage() there when this fails', () => {
    expect(readFileSync(page, 'utf8')).toBe(problemsPage());
  });

  it('lead to their own chapter of it', () => {
    const { type, status, code } = new Problem('unknown-pair', 'No feed watches X.').document({
      instance: '/',
      traceId: 't',
    });
    expect([status, code]).toEqual([404, 'unknown-pair']);
    expect(problemsPage()).toContain(`\n## ${type.split('#')[1] ?? ''}\n`);
  });

  it('are client errors or our own', () => {
    for (const { status } of Object.values(PROBLEMS)) expect(status).toBeGreaterThanOrEqual(400);
  });
});
