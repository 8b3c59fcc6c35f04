import { setImmediate as breathe } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { SHARED_TENANT, validatePolicy, type SimulationRequested } from '@tocsin/contracts';
import { plainText } from '@tocsin/domain-kit';
import { to, type EventLog, type Log } from '@tocsin/event-log';
import { Rehearsal, type Rehearsed } from '../../domain/simulation/rehearsal.ts';
import type { SimulationCommand } from '../../domain/simulation/simulation.decider.ts';
import { Findings } from '../../domain/simulation/simulation.report.ts';
import type { AddressBook } from '../../domain/round/address-book.ts';
import { simulation } from '../../simulation.entity.ts';
import { Looks } from '../looks.ts';
import { readOldestQuestion } from './open-question.model.ts';

export type SimulationLog = Pick<EventLog, 'isHolder' | 'now' | 'sql' | 'perform' | 'history' | 'listenToFacts'>;

/** For questions that were asked before this instance worked; new ones are taken up at once. */
const LOOK_EVERY_MS = 5_000;
const NEWS: ReadonlySet<string> = new Set(['SimulationRequested']);
/** After so long, whoever else has something to do in this process gets its turn. */
const BREATHE_EVERY_MS = 20;

/**
 * Answers what another policy would have sent: reads what escalation said, plays it before people with that policy, and
 * says what came of it. It sends nothing, for it knows no channel. Whoever dies over a question finds it again.
 */
export class SimulationWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log: SimulationLog;
  readonly #readBook: () => Promise<AddressBook>;
  readonly #journal: Log;
  readonly #looks: Looks;
  #isStopping = false;

  constructor(parts: {
    readonly log: SimulationLog;
    readonly readBook: () => Promise<AddressBook>;
    readonly journal: Log;
  }) {
    this.#log = parts.log;
    this.#readBook = parts.readBook;
    this.#journal = parts.journal;
    this.#looks = new Looks({
      look: () => this.#answerAll(),
      everyMs: LOOK_EVERY_MS,
      news: NEWS,
      eventLog: parts.log,
      onTrouble: (error) => {
        parts.journal.warn({ err: error }, 'a simulation could not be answered; it is looked at again');
      },
    });
  }

  onApplicationBootstrap(): void {
    void this.#looks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    await this.#looks.stop();
  }

  /** One question after the other. */
  async #answerAll(): Promise<void> {
    while (this.#isAtWork) {
      const question = await readOldestQuestion(this.#log.sql);
      if (question === null) return;
      const { asked, eventId, correlationId } = question;
      const command = await this.#answerTo(asked);
      if (command === null) return;
      const { simulationId } = asked;
      const intentions = [to(simulation, simulationId, command)];
      const cause = { causeId: `simulation:${simulationId}`, causationId: eventId, correlationId };
      await this.#log.perform([{ ...cause, time: this.#log.now(), intentions }]);
    }
  }

  /** Returns null when this instance is to stop. A lane that cannot be read is an answer too: it will not get better. */
  async #answerTo(asked: SimulationRequested['data']): Promise<SimulationCommand | null> {
    const { simulationId, tenant } = asked;
    try {
      const findings = new Findings();
      const episodes = await this.#rehearse(asked, findings);
      await this.#compare(asked, findings);
      return { type: 'RecordResult', data: findings.report(episodes, { simulationId, tenant, at: this.#log.now() }) };
    } catch (error) {
      if (!this.#isAtWork) return null;
      this.#journal.error({ err: error, simulationId }, 'a simulation failed');
      const because = plainText(error instanceof Error ? error.message : String(error)) || 'no reason was given';
      return { type: 'RecordFailure', data: { simulationId, tenant, because, at: this.#log.now() } };
    }
  }

  get #isAtWork(): boolean {
    return !this.#isStopping && this.#log.isHolder();
  }

  /** Returns the episodes that were raised. */
  async #rehearse(
    { tenant, policy, quietHours, from, to: end }: SimulationRequested['data'],
    findings: Findings,
  ): Promise<ReadonlySet<string>> {
    const routing: unknown = policy;
    const hours: unknown = quietHours;
    validatePolicy('routing', routing);
    if (hours !== null) validatePolicy('quiet-hours', hours);
    const asked: Rehearsed = { tenant, routing, quietHours: hours, from, to: end };
    let breathedAtMs = performance.now();
    const rehearsal = new Rehearsal(asked, await this.#readBook(), {
      onLetter: (letter) => {
        findings.addSimulated(letter);
      },
      breathe: async () => {
        if (performance.now() - breathedAtMs < BREATHE_EVERY_MS) return;
        await breathe();
        if (!this.#isAtWork) throw new Error('this instance does not work any more');
        breathedAtMs = performance.now();
      },
    });
    for await (const batch of this.#log.history('escalation')) for (const fact of batch) await rehearsal.play(fact);
    await rehearsal.end();
    return rehearsal.episodes;
  }

  /** Finds what was intended in that time, without what only puts letters together and what tries a channel. */
  async #compare({ tenant, from, to: end }: SimulationRequested['data'], findings: Findings): Promise<void> {
    for await (const batch of this.#log.history('notification'))
      for (const { type, data } of batch) {
        if (type !== 'DeliveryIntended' || data.kind === 'digest' || data.kind === 'test') continue;
        if ((data.tenant ?? SHARED_TENANT) === tenant && data.at >= from && data.at < end) findings.addSent(data);
      }
  }
}
