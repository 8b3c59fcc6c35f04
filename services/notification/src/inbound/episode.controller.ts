import { Controller, Inject } from '@nestjs/common';
import type {
  AcknowledgementExpired,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeRaised,
  Recorded,
} from '@tocsin/contracts';
import { Hears, to, type Intention } from '@tocsin/event-log';
import { addressed, type Addressee, type EpisodeFact } from '../domain/notices/heard.ts';
import { notice } from '../notice.entity.ts';

/** The token under which the module gives those whose people are told. */
export const ADDRESSEES = Symbol('tocsin:addressees');

/** Brings what escalation says to the notices that it concerns. When and whether it is told is for the rounds. */
@Controller()
export class EpisodeController {
  constructor(@Inject(ADDRESSEES) private readonly addressees: readonly Addressee[]) {}

  @Hears('EpisodeRaised')
  onEpisodeRaised(fact: Recorded<EpisodeRaised>): readonly Intention[] {
    return this.#toAll(fact);
  }

  @Hears('EpisodeCleared')
  onEpisodeCleared(fact: Recorded<EpisodeCleared>): readonly Intention[] {
    return this.#toAll(fact);
  }

  @Hears('EpisodeAcknowledged')
  onEpisodeAcknowledged(fact: Recorded<EpisodeAcknowledged>): readonly Intention[] {
    return this.#toAll(fact);
  }

  @Hears('AcknowledgementExpired')
  onAcknowledgementExpired(fact: Recorded<AcknowledgementExpired>): readonly Intention[] {
    return this.#toAll(fact);
  }

  #toAll(fact: EpisodeFact): readonly Intention[] {
    return addressed(fact, this.addressees).map(({ key, command }) => to(notice, key, command));
  }
}
