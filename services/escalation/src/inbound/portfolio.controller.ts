import { Controller } from '@nestjs/common';
import type { AlertRaised, AlertRearmed, Recorded } from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { riskCauseOf, riskLevelOf } from '../domain/risk-severity.ts';
import { episode } from '../episode.entity.ts';
import { aboutPortfolio, episodeIdOf } from './scope.ts';
import { termsInForce } from './terms.model.ts';

@Controller()
export class PortfolioController {
  /** Moments are those of the numbers, not of the evaluation, so that history comes to the same as the day did. */
  @Hears('AlertRaised')
  onAlertRaised({ id, data }: Recorded<AlertRaised>, local: Local): readonly Intention[] {
    const about = aboutPortfolio(data);
    const occasion = { causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), terms: termsInForce(local) };
    const report = { ...about, ...occasion, level: riskLevelOf(data), cause: riskCauseOf(data), at: data.occurredAt };
    return [to(episode, about.scope, { type: 'ReportRepeatable', data: report })];
  }

  @Hears('AlertRearmed')
  onAlertRearmed({ id, data }: Recorded<AlertRearmed>, local: Local): readonly Intention[] {
    const about = aboutPortfolio(data);
    const occasion = { causeEventIds: [id], episodeId: episodeIdOf(about.scope, id), terms: termsInForce(local) };
    const cause = `${data.alertType} has been within its limit for long enough.`;
    const report = { ...about, ...occasion, level: 'INFO', cause, at: data.occurredAt } as const;
    return [to(episode, about.scope, { type: 'ObserveHealth', data: report })];
  }
}
