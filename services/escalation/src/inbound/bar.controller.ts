import { Controller } from '@nestjs/common';
import type { Recorded } from '@tocsin/contracts';
import { Hears, type Intention, type Local } from '@tocsin/event-log';
import type { BarFact } from './bar-sighting.ts';
import { toCount } from './count.ts';
import { pairLines } from './pair-line.model.ts';
import { termsInForce } from './terms.model.ts';

@Controller()
export class BarController {
  /** Whatever is told about a bar may be what it, or a later one, was waiting for. */
  @Hears('BarClosed', 'BarMissed', 'AttemptFailed', 'RunCompleted', 'RunSkipped', 'RunFailed')
  onBarFact({ data, time }: Recorded<BarFact>, local: Local): readonly Intention[] {
    const line = local.get(pairLines, data.pair);
    if (line === undefined) return [];
    return toCount(data.pair, line.profile, line.countable, line.watch, termsInForce(local), time);
  }
}
