import { losingAcknowledgements } from './nats-frames.ts';

const acknowledgement = (sequence: number): string => {
  const payload = `{"stream":"LOG_INGESTION","seq":${sequence}}`;
  return `MSG _INBOX.abc.${sequence} 1 ${payload.length}\r\n${payload}\r\n`;
};
const WORDS = [
  'INFO {"server_id":"x"}\r\n',
  'PING\r\n',
  'HMSG evt.x 2 _R_ 12 26\r\nNATS/1.0\r\n\r\n{"a":"MSG 1"}\n\r\n',
  acknowledgement(1),
  'MSG other 3 4\r\n\r\n\r\n\r\n',
  acknowledgement(2),
];

/** Says `text` in pieces of `size` bytes, and returns what passes. */
const passing = (text: string, size: number, isLost: () => boolean): string => {
  const filter = losingAcknowledgements(isLost);
  let passed = '';
  for (let from = 0; from < text.length; from += size)
    passed += filter(Buffer.from(text.slice(from, from + size))).toString();
  return passed;
};

describe('a wire that loses acknowledgements', () => {
  const said = WORDS.join('');

  it.each([1, 2, 3, 7, 64, 10_000])(
    'lets everything pass as it is, in pieces of %d bytes, while it loses none',
    (size) => {
      expect(passing(said, size, () => false)).toBe(said);
    },
  );

  it.each([1, 5, 10_000])('takes out acknowledgements alone, in pieces of %d bytes', (size) => {
    const others = WORDS.filter((word) => !word.includes('_INBOX'));
    expect(passing(said, size, () => true)).toBe(others.join(''));
  });

  it('is asked about each acknowledgement once', () => {
    let asked = 0;
    expect(
      passing(said, 3, () => {
        asked += 1;
        return asked === 1;
      }),
    ).toBe(said.replace(acknowledgement(1), ''));
    expect(asked).toBe(2);
  });
});
