import { Controller, Inject } from '@nestjs/common';
import type { EpisodeCleared, EpisodeRaised, Recorded } from '@tocsin/contracts';
import { Hears, to, type Intention } from '@tocsin/event-log';
import type { Routing } from '../domain/routing.ts';
import { notice } from '../notice.entity.ts';

/** The token under which the module gives the controller its `Routing`. */
export const ROUTING = Symbol('tocsin:routing');

@Controller()
export class EpisodeController {
  constructor(@Inject(ROUTING) private readonly routing: Routing) {}

  /** A level that rose is something to tell; whether it is news is the notice's to say. */
  @Hears('EpisodeRaised')
  onEpisodeRaised({ data: episode }: Recorded<EpisodeRaised>): readonly Intention[] {
    return [to(notice, episode.scope, { type: 'TellOfRaise', data: { episode, routing: this.routing } })];
  }

  /** The end of an episode is told to whoever was told of it. */
  @Hears('EpisodeCleared')
  onEpisodeCleared({ data: episode }: Recorded<EpisodeCleared>): readonly Intention[] {
    return [to(notice, episode.scope, { type: 'TellOfClearing', data: { episode } })];
  }
}
