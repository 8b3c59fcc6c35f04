import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { WrongResult } from './measurement.ts';

/** What a frame carries. */
export type Frame = {
  readonly subject: string;
  readonly header: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
};

const INBOX = '_INBOX.raw';
const FRAMES_AT_ONCE = 64;

/** Renders frames as the protocol has them, some in each buffer. */
export function render(frames: readonly Frame[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < frames.length; from += FRAMES_AT_ONCE)
    chunks.push(Buffer.concat(frames.slice(from, from + FRAMES_AT_ONCE).map(frameOf)));
  return chunks;
}

/**
 * What the server itself takes: rendered frames written to a socket, and acknowledgements counted without a client. No
 * program can be faster with these messages.
 */
export async function publishRaw(
  natsUrl: string,
  { chunks, count, window }: { readonly chunks: readonly Buffer[]; readonly count: number; readonly window: number },
): Promise<void> {
  const { hostname, port } = new URL(natsUrl);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  socket.write(`CONNECT ${JSON.stringify({ verbose: false, pedantic: false, headers: true })}\r\nSUB ${INBOX} 1\r\n`);
  await new Promise<void>((resolve, reject) => {
    let written = 0;
    let acknowledged = 0;
    const fill = () => {
      while (written < chunks.length && (written + 1) * FRAMES_AT_ONCE - acknowledged <= window) {
        socket.write(chunks[written] ?? '');
        written += 1;
      }
    };
    readLines(socket, (line) => {
      if (line === 'PING') socket.write('PONG\r\n');
      if (line.startsWith('-ERR')) reject(new Error(line));
      if (!line.startsWith('{')) return;
      acknowledged += 1;
      if (!line.includes(`"seq":${acknowledged}`)) reject(new WrongResult(`${acknowledged} was answered ${line}`));
      if (acknowledged === count) resolve();
      else fill();
    });
    socket.on('error', reject);
    fill();
  });
  socket.destroy();
}

function frameOf({ subject, header, body }: Frame): Buffer {
  const lines = header.map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`NATS/1.0\r\n${lines.join('')}\r\n`);
  const total = head.length + body.length;
  return Buffer.concat([
    Buffer.from(`HPUB ${subject} ${INBOX} ${head.length} ${total}\r\n`),
    head,
    body,
    Buffer.from('\r\n'),
  ]);
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.on('data', (data) => {
    const lines = (rest + data.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
