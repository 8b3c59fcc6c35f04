import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unreachable } from '@tocsin/domain-kit';
import { errorChain, explain } from './error-chain.ts';
import { openLogger } from './logger.ts';
import { openRotatingFile } from './rotating-file.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), { code: 'ECONNREFUSED' });
const unreachable = new Unreachable('provider Kraken: GET /ticker', { retryAfterMs: 5_000 }, { cause: refused });

function linesOf(say: (log: ReturnType<typeof openLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const output = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
  say(openLogger({ service: 'ingestion', instance: 'ingestion-0', level: 'info', file: null, output }));
  return lines;
}

describe('the log', () => {
  it('says who speaks, when, and how loud', () => {
    const [line] = linesOf((log) => {
      log.info({ lane: 'LOG_INGESTION' }, 'the relay aligns');
      log.debug('not worth a line');
    });
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      service: 'ingestion',
      instance: 'ingestion-0',
      pid: process.pid,
      lane: 'LOG_INGESTION',
      msg: 'the relay aligns',
    });
  });

  it('prints the whole chain of causes', () => {
    const [line] = linesOf((log) => {
      log.warn({ err: unreachable }, 'the feed is retried');
    });
    expect(line?.['err']).toMatchObject({
      type: 'Unreachable',
      message: 'provider Kraken: GET /ticker',
      cause: { type: 'Error', code: 'ECONNREFUSED', stack: expect.stringContaining('logger.spec') as string },
    });
    expect(explain(unreachable)).toBe('provider Kraken: GET /ticker: connect ECONNREFUSED 127.0.0.1:443');
  });

  it('ends a chain that bites its own tail', () => {
    const ouroboros = new Error('round');
    ouroboros.cause = ouroboros;
    expect(JSON.stringify(errorChain(ouroboros)).match(/round/g)?.length).toBeLessThan(20);
  });

  it('keeps secrets and personal data out', () => {
    const text = JSON.stringify(
      linesOf((log) => {
        log.info({ channel: { token: 's3cret', email: 'dana@example.org' }, password: 's3cret' }, 'a channel');
        log.error({ err: new Error('postgres://tocsin:s3cret@127.0.0.1/tocsin does not answer') }, 'no database');
      }),
    );
    expect(text).not.toMatch(/s3cret|dana@/);
    expect(text).toContain('postgres://127.0.0.1/tocsin does not answer');
  });
});

describe('a log file', () => {
  it('moves itself aside when it is full, and loses no line', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
    const file = openRotatingFile(join(dir, 'service.log'), 100);
    const lines = Array.from({ length: 12 }, (_, n) => `line ${n} ${'.'.repeat(30)}\n`);
    lines.forEach((line) => file.write(line));
    const files = readdirSync(dir).sort();
    expect(files).toEqual(['service.log', ...['1', '2', '3', '4'].map((n) => `service.log.${n}`)]);
    const kept = [...files].reverse().map((name) => readFileSync(join(dir, name), 'utf8'));
    expect(kept.join('')).toBe(lines.join(''));
  });
});
