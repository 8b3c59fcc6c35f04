import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContractViolation } from '@tocsin/domain-kit';
import { HookTokens } from './hook-tokens.ts';

describe('the tokens of hooks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-hooks-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const warned: object[] = [];
  const log = { warn: (facts: object) => warned.push(facts) };
  const hook = (name: string, token: string) => {
    const tokenFile = join(folder, name);
    writeFileSync(tokenFile, token);
    return { name, tokenFile };
  };
  const A = 'aaaaaaaaaaaaaaaa';
  const B = 'bbbbbbbbbbbbbbbbbbbb';

  it('name their sender, and nobody else', () => {
    const tokens = new HookTokens([hook('desk', `${A}\n`), hook('fund', B)], log);
    expect([A, B, `${A}a`, A.slice(1), '', '\n'].map((token) => tokens.nameOf(token))).toEqual([
      'desk',
      'fund',
      null,
      null,
      null,
      null,
    ]);
    expect(new HookTokens([], log).nameOf('')).toBeNull();
  });

  it('are read again when their file was written', () => {
    const desk = hook('desk', A);
    const tokens = new HookTokens([desk], log);
    writeFileSync(desk.tokenFile, B);
    expect([tokens.nameOf(A), tokens.nameOf(B)]).toEqual([null, 'desk']);
  });

  it('let nobody in while their file is gone or holds none, which is said once', () => {
    const desk = hook('desk', A);
    const tokens = new HookTokens([desk], log);
    warned.length = 0;
    rmSync(desk.tokenFile);
    expect([tokens.nameOf(A), tokens.nameOf(A), warned.length]).toEqual([null, null, 1]);
    writeFileSync(desk.tokenFile, '');
    expect([tokens.nameOf(''), tokens.nameOf(A), warned.length]).toEqual([null, null, 2]);
    writeFileSync(desk.tokenFile, A);
    expect(tokens.nameOf(A)).toBe('desk');
  });

  it('are there and hard to guess when the service starts', () => {
    expect(() => new HookTokens([{ name: 'desk', tokenFile: join(folder, 'none') }], log)).toThrow(ContractViolation);
    for (const weak of ['', 'short', 'with a blank in between', 'x'.repeat(101)])
      expect(() => new HookTokens([hook('weak', weak)], log)).toThrow(/holds no token/);
  });
});
