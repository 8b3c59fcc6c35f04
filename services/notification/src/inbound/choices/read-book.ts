import type { Sql } from '@tocsin/event-log';
import type { AddressBook } from '../../domain/round/address-book.ts';
import { bookOfChoices } from '../../domain/round/choices.ts';
import { policyOf, readKnownChannels } from '../channels/known-channel.model.ts';
import { readPolicyVersions } from './policy-version.model.ts';
import { readSilences } from './silence.model.ts';

/** What holds now: what tenants have chosen so far, over what held at the start. */
export async function readBook(sql: Sql, boot: AddressBook): Promise<AddressBook> {
  const [policies, silences, known] = await Promise.all([
    readPolicyVersions(sql),
    readSilences(sql),
    readKnownChannels(sql),
  ]);
  const channels = known.map((channel) => ({ tenant: channel.tenant, channel: policyOf(channel) }));
  return bookOfChoices(boot, { policies, silences, channels });
}
