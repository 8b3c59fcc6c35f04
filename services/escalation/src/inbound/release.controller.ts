import { Controller } from '@nestjs/common';
import type { Recorded } from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { isAbove, type Level } from '../domain/level.ts';
import { episode } from '../episode.entity.ts';
import { releaseRecords, type IncidentFact } from './release-record.model.ts';
import { aboutRelease, episodeIdOf } from './scope.ts';
import { termsInForce } from './terms.model.ts';

@Controller()
export class ReleaseController {
  /** A release is as badly off as the worst of its open incidents. */
  @Hears('IncidentOpened', 'IncidentClosed')
  onIncident(fact: Recorded<IncidentFact>, local: Local): readonly Intention[] {
    const { id, data } = fact;
    const about = aboutRelease(data);
    const open = Object.values(local.get(releaseRecords, about.scope) ?? {});
    const health = open.reduce<{ readonly level: Level; readonly cause: string }>(
      (worst, { severity: level, because: cause }) => (isAbove(level, worst.level) ? { level, cause } : worst),
      { level: 'INFO', cause: data.because },
    );
    const occasion = { causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), terms: termsInForce(local) };
    const report = { ...about, ...occasion, ...health, at: data.at };
    return [to(episode, about.scope, { type: 'ObserveHealth', data: report })];
  }
}
