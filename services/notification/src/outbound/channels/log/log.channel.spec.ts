import { letter } from '../letter.fixture.ts';
import { LogChannel } from './log.channel.ts';

describe('the log channel', () => {
  const lines: [string, object, string][] = [];
  const write = (level: string) => (facts: object, message: string) => void lines.push([level, facts, message]);
  const channel = new LogChannel('ops-log', { info: write('info'), warn: write('warn'), error: write('error') });

  it.each([
    ['INFO', 'info'],
    ['WARN', 'warn'],
    ['ERROR', 'error'],
    ['CRITICAL', 'error'],
  ] as const)('writes %s as a line of level %s', async (level, line) => {
    lines.length = 0;
    await channel.send(letter({ level }));
    expect(lines).toEqual([
      [line, { notice: expect.objectContaining({ level, provider: 'simulated' }) as unknown }, letter().title],
    ]);
  });
});
