import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnv } from './base-env.ts';
import { defineEnv, EnvFault, joinEnv } from './define-env.ts';

const env = defineEnv({
  NATS_URL: { type: 'url', schemes: ['nats'], help: 'Where the event log lives.' },
  TOKEN_FILE: { type: 'file', optional: true, help: 'A file holding the token.' },
  TIMEOUT_MS: { type: 'int', min: 100, max: 30_000, default: 3_000, help: 'How long one attempt may take.' },
  TOCSIN_CLOCK: { type: 'choice', of: ['wall', 'accelerated'], default: 'wall', help: 'Whose time it is.' },
  IS_DRY: { type: 'flag', default: false, help: 'Whether nothing is sent.' },
  NAME: { type: 'text', pattern: /^[a-z]+$/, default: 'tocsin', help: 'Its name.' },
});

const faultsOf = (source: NodeJS.ProcessEnv, read = env.read): readonly string[] => {
  try {
    read(source);
    return [];
  } catch (error) {
    if (error instanceof EnvFault) return error.faults;
    throw error;
  }
};

describe('an environment', () => {
  it('is read into typed values, with defaults for what is not set', () => {
    const config = env.read({ NATS_URL: 'nats://127.0.0.1:4222', TIMEOUT_MS: '100', IS_DRY: 'yes' });
    const timeoutMs: number = config.TIMEOUT_MS;
    const clock: 'wall' | 'accelerated' = config.TOCSIN_CLOCK;
    const tokenFile: string | null = config.TOKEN_FILE;
    expect({ ...config, timeoutMs, clock, tokenFile }).toEqual({
      NATS_URL: 'nats://127.0.0.1:4222',
      TOKEN_FILE: null,
      TIMEOUT_MS: 100,
      TOCSIN_CLOCK: 'wall',
      IS_DRY: true,
      NAME: 'tocsin',
      timeoutMs: 100,
      clock: 'wall',
      tokenFile: null,
    });
  });

  it('reports everything that is wrong at once, each with its help', () => {
    expect(
      faultsOf({
        TIMEOUT_MS: '99',
        TOCSIN_CLOCK: 'sundial',
        IS_DRY: 'perhaps',
        NAME: 'A b',
        TOKEN_FILE: '/nowhere/token',
      }),
    ).toEqual([
      'NATS_URL is missing. Where the event log lives.',
      'TOKEN_FILE names /nowhere/token, which is no file. A file holding the token.',
      "TIMEOUT_MS must be a whole number from 100 to 30000; it is '99'. How long one attempt may take.",
      "TOCSIN_CLOCK must be one of wall, accelerated; it is 'sundial'. Whose time it is.",
      "IS_DRY must be true or false; it is 'perhaps'. Whether nothing is sent.",
      "NAME must match /^[a-z]+$/; it is 'A b'. Its name.",
    ]);
  });

  it.each([['1e3'], ['0x64'], ['100.5'], ['30001'], ['Infinity']])(
    'does not take %s for a whole number in bounds',
    (text) => {
      expect(faultsOf({ NATS_URL: 'nats://h', TIMEOUT_MS: text })).toHaveLength(1);
    },
  );

  it('never repeats an address, which may hold a password', () => {
    const faults = faultsOf({ NATS_URL: 'http://somebody:secret@host' });
    expect(faults).toEqual(['NATS_URL must begin with nats://; it begins with http:. Where the event log lives.']);
  });

  it('takes a file that can be read, by its absolute path', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tocsin-env-')), 'token');
    writeFileSync(file, 'secret');
    expect(env.read({ NATS_URL: 'nats://h', TOKEN_FILE: file }).TOKEN_FILE).toBe(file);
  });

  it.each([['TOCSIN_CLOK'], ['TOCSIN_CLOCKS'], ['TOCSIN_CLCOK'], ['TOCSIN_CLACK']])(
    'asks whether %s is a slip',
    (name) => {
      expect(faultsOf({ NATS_URL: 'nats://h', [name]: 'wall' })).toEqual([
        `${name} is no setting. Is it TOCSIN_CLOCK?`,
      ]);
    },
  );

  it('leaves names alone that other processes may own', () => {
    expect(faultsOf({ NATS_URL: 'nats://h', TOCSIN_PORT: '8080', TOCSIN_CLOCK: 'wall', TOCSIN_CLOK: 'wall' })).toEqual(
      [],
    );
  });

  it('joins the settings of every service with those of one', () => {
    const all = joinEnv(baseEnv, defineEnv({ SPEED: { type: 'int', min: 1, max: 9, default: 5, help: 'How fast.' } }));
    const config = all.read({ NATS_URL: 'nats://h', DATABASE_URL: 'postgres://h/d', HTTP_PORT: '0' });
    const speed: number = config.SPEED;
    expect({ speed, host: config.HTTP_HOST }).toEqual({ speed: 5, host: '127.0.0.1' });
  });
});
