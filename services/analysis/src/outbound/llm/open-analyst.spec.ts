import { EnvFault } from '@tocsin/service-kit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analystInput } from '../../../test/analyst-input.ts';
import { answering, LlmServer } from '../../../test/llm-server.ts';
import { env } from '../../config.ts';
import type { LlmAnalyst } from './llm-analyst.ts';
import { openAnalyst } from './open-analyst.ts';

describe('the analyst of the environment', () => {
  let folder: string;
  let one: LlmServer;
  let other: LlmServer;
  const opened: LlmAnalyst[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-analyst-'));
    [one, other] = [await LlmServer.open(), await LlmServer.open()];
  });
  afterEach(async () => {
    for (const analyst of opened.splice(0)) await analyst.close();
    one.clear();
    other.clear();
  });
  afterAll(async () => {
    await one.close();
    await other.close();
    rmSync(folder, { recursive: true });
  });

  const keyFile = (name: string, key: string): string => {
    writeFileSync(join(folder, name), key);
    return join(folder, name);
  };
  const open = (source: Record<string, string>): LlmAnalyst | null => {
    const analyst = openAnalyst(env.read(source));
    if (analyst !== null) opened.push(analyst);
    return analyst;
  };
  const faultsOf = (source: Record<string, string>): readonly string[] => {
    try {
      open(source);
      return [];
    } catch (error) {
      if (error instanceof EnvFault) return error.faults;
      throw error;
    }
  };
  const keysOf = (server: LlmServer) => server.questions.map(({ headers }) => headers.authorization);

  it('is none unless it is configured', () => {
    expect(open({})).toBeNull();
  });

  it('asks the fallback at the same endpoint, with the same key, where that has no address of its own', async () => {
    one.willAnswer('big', { status: 500, body: {} });
    one.willAnswer('small', answering());
    const analyst = open({
      ANALYST_URL: one.url,
      ANALYST_MODEL: 'big',
      ANALYST_FALLBACK_MODEL: 'small',
      ANALYST_KEY_FILE: keyFile('key', ' sk-one\n'),
    });
    const outcome = await analyst?.analyse(analystInput(), new AbortController().signal);
    expect(outcome).toMatchObject({ model: 'small', fallbackUsed: true });
    expect(keysOf(one)).toEqual(['Bearer sk-one', 'Bearer sk-one']);
  });

  it('never shows the key of one endpoint to another', async () => {
    const ask = async (difference: Record<string, string>) => {
      one.willAnswer('big', { status: 500, body: {} });
      other.willAnswer('small', answering());
      const analyst = open({
        ANALYST_URL: one.url,
        ANALYST_MODEL: 'big',
        ANALYST_FALLBACK_URL: other.url,
        ANALYST_FALLBACK_MODEL: 'small',
        ANALYST_KEY_FILE: keyFile('key', 'sk-one'),
        ...difference,
      });
      expect(await analyst?.analyse(analystInput(), new AbortController().signal)).toMatchObject({ model: 'small' });
    };
    await ask({});
    await ask({ ANALYST_FALLBACK_KEY_FILE: keyFile('other', 'sk-other') });
    expect(keysOf(one)).toEqual(['Bearer sk-one', 'Bearer sk-one']);
    expect(keysOf(other)).toEqual([undefined, 'Bearer sk-other']);
  });

  it('is refused where it is half-configured, with everything that is missing', () => {
    const key = keyFile('key', 'sk-one');
    expect(faultsOf({ ANALYST_URL: one.url })).toEqual(['ANALYST_URL is set, and ANALYST_MODEL is missing.']);
    expect(faultsOf({ ANALYST_MODEL: 'big' })).toEqual(['ANALYST_MODEL is set, and ANALYST_URL is missing.']);
    expect(faultsOf({ ANALYST_KEY_FILE: key, ANALYST_FALLBACK_URL: one.url, ANALYST_FALLBACK_KEY_FILE: key })).toEqual([
      'ANALYST_KEY_FILE is set, and ANALYST_URL is missing.',
      'ANALYST_FALLBACK_URL is set, and ANALYST_FALLBACK_MODEL is missing.',
    ]);
    expect(faultsOf({ ANALYST_FALLBACK_MODEL: 'small', ANALYST_FALLBACK_KEY_FILE: key })).toEqual([
      'ANALYST_FALLBACK_MODEL is set, and ANALYST_URL is missing.',
      'ANALYST_FALLBACK_KEY_FILE is set, and ANALYST_FALLBACK_URL is missing.',
    ]);
  });

  it('is refused with a key in its address or a file that holds more than a key, and says neither', () => {
    const faults = faultsOf({
      ANALYST_URL: 'http://user:sk-secret@127.0.0.1:1/v1',
      ANALYST_MODEL: 'big',
      ANALYST_KEY_FILE: keyFile('key', 'sk-secret\nsk-another'),
    });
    expect(faults).toEqual([
      'ANALYST_URL holds a user or password; a key goes into a file.',
      'ANALYST_KEY_FILE does not hold one key and nothing else.',
    ]);
  });
});
