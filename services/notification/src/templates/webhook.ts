import type { Letter } from '../outbound/channels/channel.ts';

/**
 * The body of a webhook: a function of what was decided and of nothing else, so that the same letter makes the same bytes.
 * What there is not is left out.
 */
export function webhookBody(letter: Letter): string {
  const { notificationId, kind, level, scope, episodeId, repeatIndex, title, text, facts, simulated, at } = letter;
  const { tenant, startedAt, freshness, why, members, group, labels, link, takesOverFrom } = letter;
  return JSON.stringify({
    type: `tocsin.notification.${kind}`,
    timestamp: at,
    data: {
      notification_id: notificationId,
      level,
      scope,
      episode_id: episodeId,
      repeat_index: repeatIndex,
      title,
      text,
      facts,
      simulated,
      tenant,
      started_at: startedAt,
      freshness: freshness && { colour: freshness.colour, last_bar_close_at: freshness.lastBarCloseAt },
      why,
      members: members?.map(({ episodeId: episode_id, repeatIndex: repeat_index, ...member }) => ({
        scope: member.scope,
        episode_id,
        level: member.level,
        repeat_index,
        about: member.about,
      })),
      group,
      labels,
      link,
      takes_over_from: takesOverFrom,
    },
  });
}
