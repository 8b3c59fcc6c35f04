import { Controller } from '@nestjs/common';
import type { AcknowledgeEpisode, Requested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention } from '@tocsin/event-log';
import { episode } from '../episode.entity.ts';

@Controller()
export class AcknowledgementController {
  /** Who asks is who acknowledges. */
  @Handles('AcknowledgeEpisode')
  onAcknowledgeEpisode({ data, actor }: Requested<AcknowledgeEpisode>, at: Instant): Intention {
    const { scope, reason, ttlMs = null } = data;
    return to(episode, scope, { type: 'AcknowledgeEpisode', data: { scope, by: actor, reason, ttlMs, at } });
  }
}
