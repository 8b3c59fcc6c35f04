import type { ChannelPolicy, RoutingPolicy } from '@tocsin/contracts';
import type { Holds } from '../holds/hold.ts';
import type { Addressee } from '../notices/heard.ts';
import type { NoticeLine } from '../notices/notice-line.ts';
import type { ToldChannel } from '../notices/notice.ts';
import { channelsFor, listenersFor } from '../routing.ts';

/** What people of one tenant have chosen, as it stands. */
export type TenantBook = {
  /** Every version of its routing policy; 0 is what holds until it says otherwise. */
  readonly routings: ReadonlyMap<number, RoutingPolicy>;
  readonly newestRouting: number;
  /** Only those that are enabled and lead somewhere. */
  readonly channels: readonly ChannelPolicy[];
  readonly holds: Holds;
};

/** What all tenants have chosen. */
export type AddressBook = {
  readonly tenants: ReadonlyMap<string, TenantBook>;
  /** Of whoever has chosen nothing: no channels, and the policy of the start. */
  readonly nobody: TenantBook;
};

export const bookOf = ({ tenants, nobody }: AddressBook, tenant: string): TenantBook => tenants.get(tenant) ?? nobody;

/** Everyone who may be told something. */
export const addresseesOf = ({ tenants }: AddressBook): readonly Addressee[] =>
  [...tenants].map(([tenant, book]) => ({
    tenant,
    routing: { version: book.newestRouting, repeats: newestRoutingOf(book).repeats },
    wishes: book.channels.map(({ success, signals }) => ({ success, signals })),
  }));

/** The routing policy that a tenant has now. */
export const newestRoutingOf = (book: TenantBook): RoutingPolicy => routingOf(book, book.newestRouting);

function routingOf({ routings, newestRouting }: TenantBook, version: number): RoutingPolicy {
  const policy = routings.get(version) ?? routings.get(newestRouting) ?? routings.get(0);
  if (policy === undefined) throw new Error('a tenant has a routing policy of the start');
  return policy;
}

/** Who is told of a line: by the policy that its episode began with, and by the channels that there are now. */
export function audienceOf(line: NoticeLine, book: TenantBook): readonly ToldChannel[] {
  const { waiting, labels, toldTo, routingVersion } = line;
  const { channels } = book;
  const only = (chosen: readonly ToldChannel[]) => chosen.map(({ id, kind }) => ({ id, kind }));
  switch (waiting?.kind) {
    case undefined:
      return [];
    case 'escalation':
    case 'reminder':
      return only(channelsFor({ routes: routingOf(book, routingVersion).routes, channels }, waiting.level, labels));
    case 'restoration':
    case 'acknowledgement':
      return toldTo.filter(({ id }) => channels.some((channel) => channel.id === id));
    case 'signal':
      return only(listenersFor(channels, labels, ({ signals }) => signals));
    case 'success': {
      const isFirst = waiting.repeatIndex === 0;
      return only(
        listenersFor(channels, labels, ({ success }) => success === 'every' || (isFirst && success === 'first')),
      );
    }
  }
}
