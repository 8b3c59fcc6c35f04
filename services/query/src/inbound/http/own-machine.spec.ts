import { isOwnMachine } from './own-machine.guard.ts';

const asked = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
  isOwnMachine({ headers: { host: 'localhost:8080', ...headers }, socket: { remoteAddress } });

describe('a change', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('may be asked for from %s', (address) => {
    expect(asked({}, address)).toBe(true);
  });

  it.each(['10.0.0.1', '172.18.0.1', '::ffff:10.0.0.1', 'fe80::1', '127.0.0.1.example.org', ''])(
    'may not be asked for from %j',
    (address) => {
      expect(asked({}, address)).toBe(false);
    },
  );

  it.each([{ host: '127.0.0.1' }, { host: '[::1]:8080' }, { host: 'LOCALHOST' }, { origin: 'http://localhost:8080' }])(
    'may be asked for with %j',
    (headers) => {
      expect(asked(headers)).toBe(true);
    },
  );

  it.each([
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { origin: 'null' },
    { forwarded: 'for=10.0.0.1' },
    { 'x-forwarded-for': '127.0.0.1' },
    { via: '1.1 proxy' },
  ])('may not be asked for with %j', (headers) => {
    expect(asked(headers)).toBe(false);
  });
});
