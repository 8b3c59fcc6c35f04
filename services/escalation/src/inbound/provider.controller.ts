import { Controller } from '@nestjs/common';
import type { Recorded } from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { providerHealth, UNTROUBLED_PROVIDER } from '../domain/provider-health.ts';
import { episode } from '../episode.entity.ts';
import { providerRecords, type ProviderFact } from './provider-record.model.ts';
import { aboutProvider, episodeIdOf } from './scope.ts';

@Controller()
export class ProviderController {
  /** Whatever is said of a provider, its episode follows from everything that is wrong with it. */
  @Hears('OutageOpened', 'OutageClosed', 'ProviderTripped', 'ProviderRestored')
  onProviderFact({ id, data: { provider, at } }: Recorded<ProviderFact>, local: Local): readonly Intention[] {
    const record = local.get(providerRecords, provider) ?? UNTROUBLED_PROVIDER;
    const about = aboutProvider(provider, record.simulated);
    const episodeId = episodeIdOf(about.scope, id);
    const data = { ...about, ...providerHealth(record), causeEventIds: [id], episodeId, at };
    return [to(episode, about.scope, { type: 'ObserveHealth', data })];
  }
}
