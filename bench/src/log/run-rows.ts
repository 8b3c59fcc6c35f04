import { encodeEvent, subjectOf } from '@tocsin/contracts';
import { plusMs } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { barData } from '../recorded-bars.ts';
import type { BareRow } from './bare-step.ts';
import { plainRun, type StartRun } from './plain-run.ts';

function commandOf(number: number): StartRun {
  const data = barData(number);
  const { pair, symbol, timeframe, openAt, closeAt } = data;
  return {
    type: 'StartRun',
    data: {
      runId: `${pair}-${openAt}`,
      pair,
      symbol,
      timeframe,
      barOpenAt: openAt,
      barCloseAt: closeAt,
      rulesVersion: 'rules-1',
      modelVersion: null,
      barRecordedAt: closeAt,
      startedAt: plusMs(closeAt, number),
    },
  };
}

/** The beginning of the `number`-th run, as the service observes it. */
export function observationOf(number: number): Observation {
  const command = commandOf(number);
  return {
    causeId: `run:${command.data.runId}`,
    time: command.data.startedAt,
    intentions: [to(plainRun, command.data.pair, command)],
  };
}

/** What that writes, made beforehand. */
export function rowOf(number: number): BareRow {
  const { data } = commandOf(number);
  const event = { type: 'RunStarted', data } as const;
  const id = `0f9c3a52-7d41-5b1e-8a6f-${number.toString(16).padStart(12, '0')}`;
  const attributes = {
    id,
    service: 'analysis',
    tenant: 'shared',
    time: data.startedAt,
    entityVersion: 1,
    correlationId: id,
    causationId: null,
    actor: 'service:analysis',
    recordedTime: data.startedAt,
    traceparent: null,
  } as const;
  const subject = subjectOf(event, { service: 'analysis', tenant: 'shared' });
  return { key: data.pair, eventId: id, subject, body: encodeEvent(event, attributes) };
}
