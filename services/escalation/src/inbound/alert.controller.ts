import { Controller } from '@nestjs/common';
import type { ReportAlert, Requested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention, type Local } from '@tocsin/event-log';
import { episode } from '../episode.entity.ts';
import { aboutAlert, episodeIdOf } from './scope.ts';
import { termsInForce } from './terms.model.ts';

@Controller()
export class AlertController {
  /**
   * What another alerting system says of its alert is the whole picture of it. It ends when they say so: an end that they
   * only expect is silence, and silence is no good news.
   */
  @Handles('ReportAlert')
  onReportAlert({ id, data }: Requested<ReportAlert>, at: Instant, local: Local): Intention {
    const about = aboutAlert(data);
    const isFiring = data.status === 'firing';
    return to(episode, about.scope, {
      type: 'ObserveHealth',
      data: {
        ...about,
        level: isFiring ? data.level : 'INFO',
        cause: isFiring ? data.summary : `${data.source} says that it is resolved.`,
        causeEventIds: [id],
        episodeId: episodeIdOf(about.scope, id),
        terms: termsInForce(local),
        at,
      },
    });
  }
}
