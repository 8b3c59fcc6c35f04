import type { AnswerFilter } from './link.ts';

const LINE_END = Buffer.from('\r\n');
/** What JetStream answers to a publish: `{"stream":"LOG_…","seq":…}`, and nothing else it says begins so. */
const ACKNOWLEDGEMENT = Buffer.from('{"stream":"');

/**
 * Takes acknowledgements of publishes out of what a nats-server says, wherever `isLost` says so, and lets everything else
 * pass as it is. Source of the framing: the NATS client protocol, MSG and HMSG.
 */
export function losingAcknowledgements(isLost: () => boolean): AnswerFilter {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    let left = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const passing: Buffer[] = [];
    for (;;) {
      const length = frameLength(left);
      if (length === null || length > left.length) break;
      const frame = left.subarray(0, length);
      left = left.subarray(length);
      if (!isAcknowledgement(frame) || !isLost()) passing.push(frame);
    }
    rest = left;
    return Buffer.concat(passing);
  };
}

/** The bytes of the first frame with its payload; null while its first line is not yet whole. */
function frameLength(bytes: Buffer): number | null {
  const lineEnd = bytes.indexOf(LINE_END);
  if (lineEnd < 0) return null;
  const afterLine = lineEnd + LINE_END.length;
  if (!isMessage(bytes)) return afterLine;
  const line = bytes.toString('latin1', 0, lineEnd);
  return afterLine + Number(line.slice(line.lastIndexOf(' ') + 1)) + LINE_END.length;
}

const isMessage = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 4) === 'MSG ' || bytes.toString('latin1', 0, 5) === 'HMSG ';

function isAcknowledgement(frame: Buffer): boolean {
  if (!isMessage(frame)) return false;
  const afterLine = frame.indexOf(LINE_END) + LINE_END.length;
  return frame.subarray(afterLine, afterLine + ACKNOWLEDGEMENT.length).equals(ACKNOWLEDGEMENT);
}
