import { Controller, Inject } from '@nestjs/common';
import type { Recorded, RunCompleted, SignalEmitted } from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { asksFor, sharedWith, type Addressee } from '../../domain/notices/heard.ts';
import { isStrong, newsOfRun, newsOfSignal, type GoodNews } from '../../domain/wording/good-news.ts';
import { notice } from '../../notice.entity.ts';
import { addresseesNow, ALL_TENANTS, knownTenants } from '../choices/known-tenant.model.ts';
import { ADDRESSEES } from '../episode.controller.ts';
import { signalReasons } from './signal-reason.model.ts';

/** Brings what analysis says to those who have a channel that asks for it, and to nobody else. */
@Controller()
export class GoodNewsController {
  constructor(@Inject(ADDRESSEES) private readonly boot: readonly Addressee[]) {}

  @Hears('RunCompleted')
  onRunCompleted({ data: run }: Recorded<RunCompleted>, local: Local): readonly Intention[] {
    const asking = this.#asking('success', local);
    return asking.length === 0 ? [] : shared(newsOfRun(run), asking); // Most runs are nobody's news.
  }

  @Hears('SignalEmitted')
  onSignalEmitted({ data: signal }: Recorded<SignalEmitted>, local: Local): readonly Intention[] {
    const asking = isStrong(signal) ? this.#asking('signal', local) : [];
    if (asking.length === 0) return [];
    const reason = local.get(signalReasons, signal.pair);
    return shared(newsOfSignal(signal, reason?.runId === signal.runId ? reason.why : []), asking);
  }

  #asking(kind: GoodNews['kind'], local: Local): readonly Addressee[] {
    const addressees = addresseesNow(this.boot, local.get(knownTenants, ALL_TENANTS) ?? {});
    return addressees.filter(({ wishes }) => wishes.some((wish) => asksFor(kind, wish)));
  }
}

const shared = (news: GoodNews, asking: readonly Addressee[]): readonly Intention[] =>
  sharedWith(news, asking).map(({ key, command }) => to(notice, key, command));
