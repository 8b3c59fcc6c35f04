import { defineEnv } from './define-env.ts';
import { printEnvExample, printEnvReference } from './print-env.ts';

const env = defineEnv({
  NATS_URL: { type: 'url', schemes: ['nats'], help: 'Where the event log lives.' },
  TIMEOUT_MS: { type: 'int', min: 1, max: 9, default: 3, help: 'How long it waits.' },
  TOKEN_FILE: { type: 'file', optional: true, help: 'The token.' },
});

describe('the documentation of settings', () => {
  it('is a .env file that leaves open what must be chosen', () => {
    expect(printEnvExample([{ title: 'One', env }])).toBe(
      [
        '### One',
        '',
        '# Where the event log lives. (nats://…)',
        'NATS_URL=',
        '',
        '# How long it waits. (1–9)',
        '# TIMEOUT_MS=3',
        '',
        '# The token. (a file that can be read)',
        '# TOKEN_FILE=',
        '',
      ].join('\n'),
    );
  });

  it('is a table of the reference', () => {
    expect(
      printEnvReference([{ title: 'One', env }])
        .split('\n')
        .slice(4),
    ).toEqual([
      '| `NATS_URL` | nats://… | **required** | Where the event log lives. |',
      '| `TIMEOUT_MS` | 1–9 | `3` | How long it waits. |',
      '| `TOKEN_FILE` | a file that can be read | not set | The token. |',
      '',
    ]);
  });
});
