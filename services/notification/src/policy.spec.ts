import { POLICY_DEFAULTS } from '@tocsin/contracts';
import { ContractViolation } from '@tocsin/domain-kit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPolicy } from './policy.ts';

describe('the policy', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-policy-'));
  const house = POLICY_DEFAULTS['notification-defaults'];
  const file = (text: string): string => {
    writeFileSync(join(dir, 'policy.json'), text);
    return join(dir, 'policy.json');
  };
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  it("is the house's own, unless a file says otherwise", () => {
    expect(readPolicy(null)).toBe(house);
    const other = { ...house, routes: { ...house.routes, WARN: ['log', 'email'] } };
    expect(readPolicy(file(JSON.stringify(other)))).toEqual(other);
  });

  it.each([
    ['no JSON', '{'],
    ['a narrowed CRITICAL', JSON.stringify({ ...house, routes: { ...house.routes, CRITICAL: ['log'] } })],
    ['a misspelt setting', JSON.stringify({ ...house, atempts: house.attempts })],
  ])('that is %s stops the start', (_, text) => {
    expect(() => readPolicy(file(text))).toThrow(ContractViolation);
  });
});
