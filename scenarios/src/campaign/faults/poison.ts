import { randomUUID } from 'node:crypto';
import { encodeEvent, subjectOf, type LaneHalted } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { Database } from '@tocsin/event-log';
import type { FaultKind } from './fault.ts';

/** Escalation alone hears query's lane. On another one the read models would stop at what nobody can read, for ever. */
const SPEAKER = 'query';

/** What it says is about the lane of a service that this house does not have, so that nobody else speaks of it. */
const ABOUT = 'LOG_RISK';

/** A fact of long ago, so that it moves nobody's clock. */
const LONG_AGO = instant('2000-01-03T00:00:00.000Z');

/** How often that was said: the versions of what it is about. */
let said = 0;

/**
 * Facts in the log that nobody can read, and a sound one behind them about the same. Whoever hears them parks their key,
 * in order, and goes on.
 */
export const poison: FaultKind = {
  kind: 'poison',
  share: 1,
  plan(chance) {
    const unreadable = chance.between(1, 3);
    return {
      // PostgreSQL, because the campaign itself needs it for this.
      victims: ['escalation', 'postgres'],
      async inflict({ databaseUrl }) {
        const database = new Database({
          url: databaseUrl,
          schema: SPEAKER,
          applicationName: 'campaign',
          connectionsMax: 1,
          onIdleError: () => undefined,
        });
        try {
          for (let number = 0; number < unreadable; number += 1) await journal(database, (body) => body.subarray(1));
          await journal(database, (body) => body);
        } finally {
          await database.close();
        }
      },
    };
  },
};

async function journal(database: Database, spoil: (body: Buffer) => Buffer): Promise<void> {
  const event: LaneHalted = {
    type: 'LaneHalted',
    data: { lane: ABOUT, position: said + 1, because: 'The campaign wrote this.', remedy: 'None is needed.' },
  };
  const id = randomUUID();
  const traceparent = `00-${id.replaceAll('-', '')}-${id.replaceAll('-', '').slice(0, 16)}-01`;
  const body = encodeEvent(event, {
    id,
    service: SPEAKER,
    tenant: 'shared',
    time: LONG_AGO,
    entityVersion: said + 1,
    correlationId: id,
    causationId: null,
    actor: 'campaign',
    recordedTime: instant(Date.now()),
    traceparent,
  });
  const spoilt = spoil(body);
  if (spoilt === body) said += 1;
  await database.query('INSERT INTO journal (event_id, subject, traceparent, body) VALUES ($1, $2, $3, $4)', [
    id,
    subjectOf(event, { service: SPEAKER, tenant: 'shared' }),
    traceparent,
    spoilt,
  ]);
}
