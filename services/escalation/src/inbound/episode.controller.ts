import { Controller } from '@nestjs/common';
import {
  SHARED_TENANT,
  type AcknowledgeEpisode,
  type CommentEpisode,
  type Requested,
  type ResolveEpisode,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention } from '@tocsin/event-log';
import { episode } from '../episode.entity.ts';

/** What people say of an episode. Who asks is who says it. */
@Controller()
export class EpisodeController {
  @Handles('AcknowledgeEpisode')
  onAcknowledgeEpisode({ data, actor: by }: Requested<AcknowledgeEpisode>, at: Instant): Intention {
    const { scope, tenant = SHARED_TENANT, reason, ttlMs = null } = data;
    return to(episode, scope, { type: 'AcknowledgeEpisode', data: { scope, tenant, by, reason, ttlMs, at } });
  }

  @Handles('ResolveEpisode')
  onResolveEpisode({ data, actor: by }: Requested<ResolveEpisode>, at: Instant): Intention {
    const { scope, tenant = SHARED_TENANT, reason } = data;
    return to(episode, scope, { type: 'ResolveEpisode', data: { scope, tenant, by, reason, at } });
  }

  @Handles('CommentEpisode')
  onCommentEpisode({ data, actor: by }: Requested<CommentEpisode>, at: Instant): Intention {
    const { scope, tenant = SHARED_TENANT, text } = data;
    return to(episode, scope, { type: 'CommentEpisode', data: { scope, tenant, by, text, at } });
  }
}
