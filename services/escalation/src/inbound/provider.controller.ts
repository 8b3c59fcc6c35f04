import { Controller } from '@nestjs/common';
import type { BarClosed, BarMissed, EpisodeRaised, Recorded } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { floorOf, troubleOf, UNTROUBLED_PROVIDER, type ProviderRecord } from '../domain/provider-health.ts';
import { episode } from '../episode.entity.ts';
import { providerRecords, type ProviderFact } from './provider-record.model.ts';
import { aboutProvider, episodeIdOf } from './scope.ts';
import { termsInForce } from './terms.model.ts';

@Controller()
export class ProviderController {
  /** Whatever is said of a provider, its episode follows from everything that is wrong with it. */
  @Hears('OutageOpened', 'OutageClosed', 'ProviderTripped', 'ProviderRestored')
  onProviderFact({ id, data: { provider, at } }: Recorded<ProviderFact>, local: Local): readonly Intention[] {
    const record = local.get(providerRecords, provider) ?? UNTROUBLED_PROVIDER;
    if (record.trouble !== null) return report(provider, record, id, at, local);
    const about = aboutProvider(provider, record.simulated);
    const episodeId = episodeIdOf(about.scope, id);
    const cause = 'It is called as usual, and most of its pairs are GREEN.';
    const occasion = { cause, causeEventIds: [id], episodeId, terms: termsInForce(local), at };
    return [to(episode, about.scope, { type: 'ObserveHealth', data: { ...about, ...occasion, level: 'INFO' } })];
  }

  /** The longer it lasts the worse it is, and it lasts from boundary to boundary. */
  @Hears('BarClosed', 'BarMissed')
  onBoundary({ id, time, data: { provider } }: Recorded<BarClosed | BarMissed>, local: Local): readonly Intention[] {
    const record = local.get(providerRecords, provider);
    return record?.trouble?.countedBy === id ? report(provider, record, id, time, local) : [];
  }

  /** What a pair comes to while its provider is in trouble is told by the provider's episode, and must not be lost in it. */
  @Hears('EpisodeRaised')
  onPairRaised({ id, data }: Recorded<EpisodeRaised>, local: Local): readonly Intention[] {
    const provider = data.scopeKind === 'pair' ? data.subject?.provider : undefined;
    if (provider === undefined) return [];
    const record = local.get(providerRecords, provider);
    return record === undefined || record.trouble === null ? [] : report(provider, record, id, data.at, local);
  }
}

function report(
  provider: string,
  record: ProviderRecord,
  eventId: string,
  at: Instant,
  local: Local,
): readonly Intention[] {
  const cause = troubleOf(record);
  if (cause === null) return [];
  const about = aboutProvider(provider, record.simulated);
  const occasion = {
    cause,
    causeEventIds: [eventId],
    episodeId: episodeIdOf(about.scope, eventId),
    terms: termsInForce(local),
    at,
  };
  const { boundaries = 0 } = record.trouble ?? {};
  const data = { ...about, ...occasion, boundaries, floor: floorOf(record) };
  return [to(episode, about.scope, { type: 'ReportProvider', data })];
}
