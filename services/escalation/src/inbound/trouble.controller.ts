import { Controller } from '@nestjs/common';
import type { Recorded } from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { episode } from '../episode.entity.ts';
import { aboutService, episodeIdOf } from './scope.ts';
import { termsInForce } from './terms.model.ts';
import { isDeadLetterToIgnore, levelOfTrouble, sentenceOf, type TroubleFact } from './trouble.ts';

@Controller()
export class TroubleController {
  /** What stands still in a service, or what it cannot get done, is that service's ailment. */
  @Hears('EventParked', 'LaneHalted', 'ProjectionHalted', 'TaskUnroutable', 'TaskFailed', 'DeliveryDeadLettered')
  onTrouble(event: Recorded<TroubleFact>, local: Local): readonly Intention[] {
    const { id, service, time } = event;
    // What keeps escalation from deciding about itself must not be decided by escalation: the watch tells of it.
    if (service === 'escalation') return [];
    if (event.type === 'DeliveryDeadLettered' && isDeadLetterToIgnore(event.data)) return [];
    const about = aboutService(service);
    return [
      to(episode, about.scope, {
        type: 'ReportAilment',
        data: {
          ...about,
          level: levelOfTrouble(event),
          cause: sentenceOf(event),
          causeEventIds: [id],
          episodeId: episodeIdOf(about.scope, id),
          terms: termsInForce(local),
          at: time,
        },
      }),
    ];
  }
}
