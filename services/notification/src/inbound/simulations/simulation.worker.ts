import { setImmediate as breathe } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { SHARED_TENANT, validatePolicy, type DeliveryIntended, type SimulationRequested } from '@tocsin/contracts';
import { plainText } from '@tocsin/domain-kit';
import { to, type EventLog, type Log } from '@tocsin/event-log';
import { Rehearsal, type Rehearsed } from '../../domain/simulation/rehearsal.ts';
import type { SimulationCommand } from '../../domain/simulation/simulation.decider.ts';
import { reportOf } from '../../domain/simulation/simulation.report.ts';
import type { AddressBook } from '../../domain/round/address-book.ts';
import { simulation } from '../../simulation.entity.ts';
import { readOldestQuestion } from './open-question.model.ts';

export type SimulationLog = Pick<EventLog, 'isHolder' | 'now' | 'sql' | 'perform' | 'history' | 'listenToFacts'>;

/** For questions that were asked before this instance worked; new ones are taken up at once. */
const LOOK_EVERY_MS = 5_000;
/** Of so many facts in a row, whoever else has something to do in this process gets its turn. */
const FACTS_AT_ONCE = 200;

/**
 * Answers what another policy would have sent: reads what escalation said, plays it before people with that policy, and
 * says what came of it. It sends nothing, for it knows no channel. Whoever dies over a question finds it again.
 */
export class SimulationWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log: SimulationLog;
  readonly #readBook: () => Promise<AddressBook>;
  readonly #journal: Log;
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<void> | null = null;
  #isStopping = false;

  constructor(parts: {
    readonly log: SimulationLog;
    readonly readBook: () => Promise<AddressBook>;
    readonly journal: Log;
  }) {
    this.#log = parts.log;
    this.#readBook = parts.readBook;
    this.#journal = parts.journal;
  }

  onApplicationBootstrap(): void {
    this.#log.listenToFacts({
      onSaid: (facts) => {
        if (facts.some(({ type }) => type === 'SimulationRequested')) this.#want();
      },
      onTakenUp: () => {
        this.#want();
      },
    });
    this.#timer = setInterval(() => {
      this.#want();
    }, LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#working;
  }

  /** One question at a time. */
  #want(): void {
    this.#working ??= this.#answerAll().finally(() => {
      this.#working = null;
    });
  }

  async #answerAll(): Promise<void> {
    try {
      while (!this.#isStopping && this.#log.isHolder()) {
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
    } catch (error) {
      this.#journal.warn({ err: error }, 'a simulation could not be answered; it is looked at again');
    }
  }

  /** Returns null when this instance is to stop. A lane that cannot be read is an answer too: it will not get better. */
  async #answerTo(asked: SimulationRequested['data']): Promise<SimulationCommand | null> {
    const { simulationId, tenant } = asked;
    try {
      const rehearsal = await this.#rehearse(asked);
      if (rehearsal === null) return null;
      const sent = await this.#sentMeanwhile(asked);
      const { episodes, letters: simulated } = rehearsal;
      const found = { simulationId, tenant, episodes, simulated, sent, at: this.#log.now() };
      return { type: 'RecordResult', data: reportOf(found) };
    } catch (error) {
      this.#journal.error({ err: error, simulationId }, 'a simulation failed');
      const because = plainText(error instanceof Error ? error.message : String(error)) || 'no reason was given';
      return { type: 'RecordFailure', data: { simulationId, tenant, because, at: this.#log.now() } };
    }
  }

  async #rehearse({ tenant, policy, quietHours, from, to: end }: SimulationRequested['data']) {
    const routing: unknown = policy;
    const hours: unknown = quietHours;
    validatePolicy('routing', routing);
    if (hours !== null) validatePolicy('quiet-hours', hours);
    const asked: Rehearsed = { tenant, routing, quietHours: hours, from, to: end };
    const rehearsal = new Rehearsal(asked, await this.#readBook());
    let played = 0;
    for await (const batch of this.#log.history('escalation'))
      for (const fact of batch) {
        await rehearsal.play(fact);
        played += 1;
        if (played % FACTS_AT_ONCE > 0) continue;
        await breathe();
        if (this.#isStopping) return null;
      }
    await rehearsal.end();
    return rehearsal;
  }

  /** What was intended in that time, without what only puts letters together and what tries a channel. */
  async #sentMeanwhile({ tenant, from, to: end }: SimulationRequested['data']) {
    const sent: DeliveryIntended['data'][] = [];
    for await (const batch of this.#log.history('notification'))
      for (const { type, data } of batch) {
        if (type !== 'DeliveryIntended' || data.kind === 'digest' || data.kind === 'test') continue;
        if ((data.tenant ?? SHARED_TENANT) === tenant && data.at >= from && data.at < end) sent.push(data);
      }
    return sent;
  }
}
