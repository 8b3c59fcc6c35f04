import type { DeliveryIntendedData } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { activeUntil, concerns } from '../domain/holds/silence.ts';
import { bookOf, newestRoutingOf, type AddressBook } from '../domain/round/address-book.ts';
import type { Wishes } from './delivery-round.ts';

/** What tenants want of deliveries at a moment, out of what rounds read to know whom to tell. */
export class TenantWishes implements Wishes {
  constructor(
    private readonly book: AddressBook,
    private readonly at: Instant,
  ) {}

  policyOf(tenant: string) {
    const { attempts, digests } = newestRoutingOf(bookOf(this.book, tenant));
    return { attempts, digests };
  }

  /** A trial is asked for by whoever silences, and what is not labelled cannot be matched. */
  silenced(letters: readonly DeliveryIntendedData[]): ReadonlySet<string> {
    const isSilenced = ({ kind, labels, tenant = 'shared' }: DeliveryIntendedData): boolean =>
      kind !== 'test' &&
      labels !== undefined &&
      bookOf(this.book, tenant).holds.silences.some(
        (silence) => concerns(silence, { ...labels, tenant }) && activeUntil(silence, this.at) !== null,
      );
    return new Set(letters.filter(isSilenced).map(({ notificationId }) => notificationId));
  }
}
