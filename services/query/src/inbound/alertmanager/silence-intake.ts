import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AnyCommand } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { Problem } from '../../reading/problem.ts';
import { matcherOf } from '../../reading/alertmanager/silence.ts';
import { theirClock } from '../../reading/alertmanager/their-clock.ts';
import { Silences } from '../../reading/silences.ts';
import { ServiceTime } from '../../reading/service-time.ts';
import { Door, type Reply } from '../http/door.ts';
import type { SentSilence } from './posted.ts';

const SYNCHRONOUSLY = { key: null, isAsync: false } as const;

/** Silences as the tools of Alertmanager ask for them and end them. */
@Injectable()
export class SilenceIntake {
  constructor(
    private readonly door: Door,
    private readonly known: Silences,
    private readonly time: ServiceTime,
  ) {}

  /**
   * Returns the id of the silence. One that is changed is ended and begins anew under another id, as theirs do.
   * @throws {Problem} when it is refused, when there is none to change, or one that comes back, or nobody has answered in
   * time.
   */
  async create(
    tenant: string,
    { id = '', matchers, startsAt, endsAt, createdBy, comment }: SentSilence,
  ): Promise<string> {
    if (id !== '' && (await this.known.kept(tenant, id)).every !== null) throw comesBack();
    const silenceId = randomUUID();
    const words = comment.trim() === '' ? 'No comment.' : comment.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
    const said = createdBy === '' || words.endsWith(`(${createdBy})`) ? words : `${words} (${createdBy})`;
    const { toOurs } = theirClock(this.time);
    await this.#ask({
      type: 'CreateSilence',
      data: {
        ...{ tenant, silenceId, kind: 'silence', matchers: matchers.map(matcherOf) },
        ...{
          from: toOurs(instant(startsAt)),
          until: toOurs(instant(endsAt)),
          every: null,
          zone: 'UTC',
          comment: said,
        },
      },
    });
    if (id !== '') await this.expire(tenant, id).catch(unlessItIsOver);
    return silenceId;
  }

  /** @throws {Problem} when there is none, or it is over. */
  async expire(tenant: string, silenceId: string): Promise<void> {
    await this.#ask({ type: 'ExpireSilence', data: { tenant, silenceId } });
  }

  async #ask(command: AnyCommand): Promise<void> {
    let status = 200;
    const reply: Reply = {
      code: (code) => {
        status = code;
        return reply;
      },
      header: () => reply,
    };
    await this.door.ask({ command }, SYNCHRONOUSLY, reply);
    if (status === 202)
      throw new Problem('unavailable', 'It is written down, and nobody has answered yet.', { retryAfterS: 5 });
  }
}

/** They know nothing of that, so what they send in its place is a silence that ends for good. */
const comesBack = (): Problem =>
  Problem.of('invalid-body', [
    {
      pointer: '/body/id',
      detail: 'is a window that comes back: it can be ended here, and made anew by /api/silences',
    },
  ]);

function unlessItIsOver(error: unknown): void {
  if (error instanceof Problem && error.code === 'request-refused') return;
  throw error;
}
