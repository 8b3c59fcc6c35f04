import { Controller, Inject } from '@nestjs/common';
import type {
  AcknowledgementExpired,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeRaised,
  Recorded,
} from '@tocsin/contracts';
import { EVENT_LOG_WIRING, Hears, to, type Intention, type Local, type Wiring } from '@tocsin/event-log';
import { addressed, type Addressee, type EpisodeFact } from '../domain/notices/heard.ts';
import { notice } from '../notice.entity.ts';
import { addresseesNow, ALL_TENANTS, knownTenants } from './choices/known-tenant.model.ts';

/** The token under which the module gives those whose people are told from the start. */
export const ADDRESSEES = Symbol('tocsin:addressees');

/** Brings what escalation says to the notices that it concerns. When and whether it is told is for the rounds. */
@Controller()
export class EpisodeController {
  constructor(
    @Inject(ADDRESSEES) private readonly boot: readonly Addressee[],
    @Inject(EVENT_LOG_WIRING) private readonly wiring: Pick<Wiring, 'clock'>,
  ) {}

  @Hears('EpisodeRaised')
  onEpisodeRaised(fact: Recorded<EpisodeRaised>, local: Local): readonly Intention[] {
    return this.#toAll(fact, local);
  }

  @Hears('EpisodeCleared')
  onEpisodeCleared(fact: Recorded<EpisodeCleared>, local: Local): readonly Intention[] {
    return this.#toAll(fact, local);
  }

  @Hears('EpisodeAcknowledged')
  onEpisodeAcknowledged(fact: Recorded<EpisodeAcknowledged>, local: Local): readonly Intention[] {
    return this.#toAll(fact, local);
  }

  @Hears('AcknowledgementExpired')
  onAcknowledgementExpired(fact: Recorded<AcknowledgementExpired>, local: Local): readonly Intention[] {
    return this.#toAll(fact, local);
  }

  #toAll(fact: Recorded<EpisodeFact>, local: Local): readonly Intention[] {
    const addressees = addresseesNow(this.boot, local.get(knownTenants, ALL_TENANTS) ?? {});
    const saidAt = this.wiring.clock === 'accelerated' ? fact.recordedTime : null;
    return addressed(fact, addressees, saidAt).map(({ key, command }) => to(notice, key, command));
  }
}
