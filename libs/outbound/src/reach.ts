import ipaddr from 'ipaddr.js';
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector } from 'undici';

/** A host that leads nowhere but into networks that are not to be reached. It names no address: addresses are secrets. */
export class OutOfReach extends Error {
  override readonly name = 'OutOfReach';

  constructor() {
    super('the address lies in a network that is not to be reached');
  }
}

/** How a name becomes addresses; the system's resolver fits. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Unicast of the whole internet (RFC 4291, 2.4; RFC 3587): whatever IPv6 is outside it leads somewhere special. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
/** Public by its numbers, and yet the host's own: the agent of Azure, which hands out credentials. */
const METADATA = ipaddr.parseCIDR('168.63.129.16/32');

/**
 * Which addresses may be called where others say whom to call. Without it an address given by a stranger, or a name that
 * resolves to one, would let him reach what only this machine can: its own ports, its neighbours, the cloud's metadata.
 *
 * An address is judged at the moment of connecting and the connection goes to the very address that was judged, so a name
 * that resolves differently a second time gains nothing. Public are the addresses that ipaddr.js knows as plain unicast;
 * everything with a special meaning (private, loopback, link-local, multicast, carrier-grade NAT, translated, tunnelled,
 * documentation …) is out of reach, unless a network is allowed. An IPv4 address in the clothes of IPv6 is judged as
 * what it is.
 */
export class Reach {
  readonly #allowed: readonly Network[];
  readonly #resolve: Resolve;

  /** @throws {RangeError} naming what is no network in the spelling of CIDR, such as `10.0.0.0/8`. */
  constructor(allowedNetworks: readonly string[] = [], by: Resolve = resolve) {
    this.#allowed = allowedNetworks.map(networkOf);
    this.#resolve = by;
  }

  /** Whether a connection may be made to this address. */
  permits(address: string): boolean {
    const spelt = spelling(address);
    if (!ipaddr.isValid(spelt)) return false;
    const meant = ipaddr.process(spelt); // ::ffff:127.0.0.1 is 127.0.0.1.
    return this.#allowed.some((network) => isIn(meant, network)) || isPublic(meant);
  }

  /** What node asks for the addresses of a name: only those that may be called. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, []);
        return;
      }
      const addresses = found.filter(({ address }) => this.permits(address));
      const [first] = addresses;
      if (!first) callback(new OutOfReach(), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  /** Connects as undici does, and only where it may; an address that needs no lookup is judged here. */
  connector(): buildConnector.connector {
    const connectTo = buildConnector({ lookup: this.lookup });
    return (options, callback) => {
      if (this.#isForbidden(options.hostname)) callback(new OutOfReach(), null);
      else connectTo(options, callback);
    };
  }

  /**
   * Opens a connection for another protocol than HTTP.
   * @throws {OutOfReach} when the host leads nowhere that may be called; else what the system says.
   */
  async connect(host: string, port: number, signal: AbortSignal): Promise<Socket> {
    if (this.#isForbidden(host)) throw new OutOfReach();
    signal.throwIfAborted();
    return new Promise<Socket>((fulfil, reject) => {
      const socket = connect({ host, port, lookup: this.lookup });
      const stop = (): void => {
        socket.destroy();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true });
      socket.once('error', (error) => {
        signal.removeEventListener('abort', stop);
        reject(error);
      });
      socket.once('connect', () => {
        signal.removeEventListener('abort', stop);
        socket.removeAllListeners('error');
        fulfil(socket);
      });
    });
  }

  #isForbidden(hostname: string): boolean {
    return isIP(hostname) !== 0 && !this.permits(hostname);
  }
}

function networkOf(text: string): Network {
  try {
    const [address, bits] = ipaddr.parseCIDR(text);
    return [address, bits];
  } catch (error) {
    throw new RangeError(`'${text}' is no network such as 10.0.0.0/8`, { cause: error });
  }
}

/** In hexadecimal letters throughout: ipaddr.js takes `::8.8.8.8` for `::ffff:8.8.8.8`, which is another address. */
function spelling(address: string): string {
  if (!address.includes(':') || !address.includes('.')) return address;
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : '';
}

const isIn = (address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Network): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

const isPublic = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  address.range() === 'unicast' &&
  !isIn(address, METADATA) &&
  (address.kind() === 'ipv4' || isIn(address, GLOBAL_UNICAST));
