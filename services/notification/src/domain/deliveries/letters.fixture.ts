import type { DeliveryIntendedData, Level } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';

/** A letter as it is decided, about the pair `PAIR<number>`. */
export function letterAbout(number: number, changes: Partial<DeliveryIntendedData> = {}): DeliveryIntendedData {
  const level: Level = changes.level ?? 'WARN';
  const channelId = changes.channelId ?? 'ops-slack';
  return {
    notificationId: `esc:e${number}:${level}:${channelId}:0`,
    channelId,
    channelKind: 'slack',
    kind: 'escalation',
    scope: `pair-PAIR${number}-15m`,
    episodeId: `e${number}`,
    level,
    repeatIndex: 0,
    title: `${level}: PAIR${number} 15m`,
    text: 'A bar could not be fetched.',
    facts: { about: `PAIR${number} 15m` },
    simulated: false,
    at: instant('2014-05-06T10:31:40Z'),
    ...changes,
  };
}
