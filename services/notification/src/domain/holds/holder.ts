import type { NoticeHeldData } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { quietHoursHolder, type Holds } from './hold.ts';
import { quietUntil } from './quiet-hours.ts';
import { activeUntil } from './silence.ts';

/** Somebody or something that holds notices of a tenant. */
export type Holder = Pick<NoticeHeldData, 'by' | 'holder' | 'tenant'>;

/** Whether nothing is held by it any more, as things stand at `at`. */
export function isOver(
  { by, holder, tenant }: Holder,
  { silences, quietHours }: Holds,
  standing: ReadonlySet<string>,
  at: Instant,
): boolean {
  switch (by) {
    case 'inhibition':
    case 'reopened':
      return !standing.has(holder);
    case 'silence': {
      const silence = silences.find(({ silenceId }) => silenceId === holder);
      return silence === undefined || activeUntil(silence, at) === null;
    }
    case 'quiet-hours':
      return (
        quietHours === null ||
        quietHoursHolder(tenant, quietHours.version) !== holder ||
        quietUntil(quietHours.hours, at) === null
      );
  }
}
