import type { DeliveryIntendedData } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { activeUntil, concerns } from '../domain/holds/silence.ts';
import { bookOf, newestRoutingOf, type AddressBook } from '../domain/round/address-book.ts';
import type { Wishes } from './delivery-round.ts';

/** What tenants want of deliveries, read from where rounds read whom to tell. */
export class TenantWishes implements Wishes {
  constructor(
    private readonly readBook: () => Promise<AddressBook>,
    private readonly now: () => Instant,
  ) {}

  async policyOf(tenant: string) {
    const { attempts, digests } = newestRoutingOf(bookOf(await this.readBook(), tenant));
    return { attempts, digests };
  }

  /** A trial is asked for by whoever silences, and what is not labelled cannot be matched. */
  async silenced(letters: readonly DeliveryIntendedData[]): Promise<ReadonlySet<string>> {
    const [book, at] = [await this.readBook(), this.now()];
    const isSilenced = ({ kind, labels, tenant = 'shared' }: DeliveryIntendedData): boolean =>
      kind !== 'test' &&
      labels !== undefined &&
      bookOf(book, tenant).holds.silences.some(
        (silence) => concerns(silence, { ...labels, tenant }) && activeUntil(silence, at) !== null,
      );
    return new Set(letters.filter(isSilenced).map(({ notificationId }) => notificationId));
  }
}
