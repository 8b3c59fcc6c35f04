import { Rejected } from '@tocsin/domain-kit';
import fc from 'fast-check';
import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Caller } from './caller.ts';
import { OutOfReach, Reach, type Resolve } from './reach.ts';

/** A part of a name server: each question gets the next answer; the last one stays. */
class Names {
  readonly asked: string[] = [];
  #answers: readonly (readonly string[])[];

  constructor(...answers: readonly (readonly string[])[]) {
    this.#answers = answers;
  }

  readonly resolve: Resolve = (hostname, _options, callback) => {
    this.asked.push(hostname);
    const [answer = [], ...rest] = this.#answers;
    if (rest.length > 0) this.#answers = rest;
    const addresses: LookupAddress[] = answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    callback(null, addresses);
  };
}

describe('the reach of a call', () => {
  const reach = new Reach();

  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['0.0.0.0', 'this host'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'link-local, where clouds keep their metadata'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.100.100.200', 'metadata of Alibaba'],
    ['168.63.129.16', 'the agent of Azure'],
    ['192.0.0.192', 'metadata of Oracle'],
    ['192.0.2.1', 'documentation'],
    ['198.18.0.1', 'benchmarks'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::8.8.8.8', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'IPv4-mapped'],
    ['::ffff:a9fe:a9fe', 'IPv4-mapped, in hexadecimal'],
    ['::ffff:0:127.0.0.1', 'IPv4-translated'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b:1::7f00:1', 'NAT64 of one network'],
    ['100::1', 'discard'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4'],
    ['3fff::1', 'documentation'],
    ['5f00::1', 'segment routing'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'metadata of Amazon'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local, with its zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['localhost', 'no address'],
    ['', 'nothing'],
  ])('leaves out %s: %s', (address) => {
    expect(reach.permits(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.63.255.255', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'holds %s, which is public',
    (address) => {
      expect(reach.permits(address)).toBe(true);
    },
  );

  const bytes = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
  const dotted = (parts: readonly number[]): string => parts.join('.');
  const hex = ([a, b, c, d]: readonly [number, number, number, number]): string =>
    `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;

  it('holds an address in the clothes of IPv6 as far as it holds the address', () => {
    fc.assert(
      fc.property(bytes, (address) => {
        const isPermitted = reach.permits(dotted(address));
        expect(reach.permits(`::ffff:${dotted(address)}`)).toBe(isPermitted);
        expect(reach.permits(`::ffff:${hex(address)}`)).toBe(isPermitted);
      }),
    );
  });

  it('holds no address that another machine would translate or unwrap', () => {
    fc.assert(
      fc.property(bytes, (address) => {
        for (const worn of [`::${hex(address)}`, `64:ff9b::${hex(address)}`, `2002:${hex(address)}::1`])
          expect([worn, reach.permits(worn)]).toEqual([worn, false]);
      }),
    );
  });

  it('holds nothing within the private networks, whatever the host', () => {
    const host = fc.nat(0xffffff);
    const inside = fc.oneof(
      host.map((n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
      host.map((n) => `127.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
      host.map((n) => `172.${16 + ((n >> 16) & 15)}.${(n >> 8) & 255}.${n & 255}`),
      host.map((n) => `192.168.${(n >> 8) & 255}.${n & 255}`),
      host.map((n) => `169.254.${(n >> 8) & 255}.${n & 255}`),
      host.map((n) => `fd${(n & 255).toString(16).padStart(2, '0')}::${(n >> 8).toString(16)}`),
      host.map((n) => `fe8${(n & 15).toString(16)}::${(n >> 8).toString(16)}`),
    );
    fc.assert(
      fc.property(inside, (address) => {
        expect([address, reach.permits(address)]).toEqual([address, false]);
      }),
    );
  });

  it('holds allowed networks too, and no other', () => {
    const wider = new Reach(['127.0.0.0/8', 'fd12:3456::/32']);
    expect(['127.0.0.1', '::ffff:127.9.9.9', 'fd12:3456::1'].map((address) => wider.permits(address))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['10.0.0.1', '::1', 'fd12:3457::1'].map((address) => wider.permits(address))).toEqual([false, false, false]);
  });

  it.each(['10.0.0.0', 'ten', '10.0.0.0/33', ''])('is not extended by %j', (text) => {
    expect(() => new Reach([text])).toThrow(RangeError);
  });

  describe('when calling', () => {
    const closers: (() => unknown)[] = [];
    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
    });
    let visitors = 0;
    const serve = async (): Promise<number> => {
      visitors = 0;
      const server: Server = createServer((_, response) => {
        visitors += 1;
        response.end('here');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closers.push(() => {
        server.closeAllConnections();
        server.close();
      });
      return (server.address() as AddressInfo).port;
    };
    const callerWith = (options: Reach): Caller => {
      const made = new Caller('webhook', { timeoutMs: 2_000, rate: { calls: 100, perMs: 250 }, reach: options });
      closers.push(() => made.close());
      return made;
    };
    const local = ['127.0.0.0/8'];

    it.each(['127.0.0.1', 'localhost', '[::1]', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]'])(
      'does not reach a server of this machine as %s',
      async (host) => {
        const port = await serve();
        const call = callerWith(new Reach()).post(`http://${host}:${port}/`, {});

        await expect(call).rejects.toBeInstanceOf(Rejected);
        await expect(call).rejects.toThrow('webhook: the address lies in a network that is not to be reached');
        expect(visitors).toBe(0);
      },
    );

    it('reaches it where its network is allowed', async () => {
      const port = await serve();
      expect(await callerWith(new Reach(local)).post(`http://127.0.0.1:${port}/`, {})).toMatchObject({ text: 'here' });
    });

    it('connects to the very address that was judged, and asks for no second one', async () => {
      const port = await serve();
      const names = new Names(['127.0.0.1'], ['10.0.0.1']);
      const answer = await callerWith(new Reach(local, names.resolve)).post(`http://hooks.example.org:${port}/`, {});

      expect(answer.text).toBe('here');
      expect(names.asked).toEqual(['hooks.example.org']);
    });

    it('judges each answer of a name that changes its mind', async () => {
      const port = await serve();
      // Public at first, where nobody answers at this port; then this very machine.
      const names = new Names(['127.0.0.2'], ['127.0.0.1']);
      const call = () => callerWith(new Reach(['127.0.0.2/32'], names.resolve)).post(`http://x.org:${port}/`, {});

      await expect(call()).rejects.toThrow('ECONNREFUSED');
      await expect(call()).rejects.toBeInstanceOf(Rejected);
      expect(visitors).toBe(0);
    });

    it('leaves out the forbidden ones among the addresses of a name', async () => {
      const port = await serve();
      const names = new Names(['10.0.0.1', 'fd00::1', '127.0.0.1']);
      const asked = await callerWith(new Reach(local, names.resolve)).post(`http://x.org:${port}/`, {});
      expect(asked.text).toBe('here');
    });

    it('opens connections for other protocols by the same rule', async () => {
      const port = await serve();
      const { signal } = new AbortController();
      await expect(new Reach().connect('127.0.0.1', port, signal)).rejects.toBeInstanceOf(OutOfReach);
      await expect(new Reach().connect('localhost', port, signal)).rejects.toBeInstanceOf(OutOfReach);

      const socket = await new Reach(local).connect('127.0.0.1', port, signal);
      expect(socket.remoteAddress).toBe('127.0.0.1');
      socket.destroy();
    });

    it('stops opening a connection when told to', async () => {
      const stopped = AbortSignal.abort(new Error('enough'));
      await expect(new Reach(local).connect('127.0.0.1', 9, stopped)).rejects.toThrow('enough');
    });
  });
});
