import {
  encodeEvent,
  parseSubject,
  subjectOf,
  type AcknowledgeEpisode,
  type ClockAdvanced,
  type EventParked,
  type Requested,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { Sql } from '../postgres/sql.ts';
import { heardFact } from './lane-input.ts';
import type { AnyLocalModel } from './local-model.ts';
import { LocalValues } from './local-values.ts';
import { Registry } from './registry.ts';
import { translate } from './translation.ts';

const at = instant('2026-03-02T09:00:00.000Z');
const advanced: ClockAdvanced = {
  type: 'ClockAdvanced',
  data: { clock: 'virtual', now: at, because: 'a test says so' },
};
const fact = heardFact('ingestion', {
  sequence: 7,
  subject: 'evt.ingestion.shared.clock.virtual.advanced',
  chain: '',
  messageId: '',
  body: encodeEvent(advanced, {
    id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
    service: 'ingestion',
    tenant: 'shared',
    time: at,
    entityVersion: 1,
    correlationId: 'c',
    causationId: null,
    actor: 'service:ingestion',
    recordedTime: at,
    traceparent: null,
  }),
});

const count: AnyLocalModel = {
  name: 'count',
  hears: ['ClockAdvanced'],
  keyOf: () => 'virtual',
  load: () => Promise.resolve(new Map([['virtual', 1]])),
  fold: (value) => Number(value) + 1,
  save: () => Promise.resolve(),
};
const noSql: Sql = { query: () => Promise.reject(new Error('nothing is asked here')) };

const acknowledgement: Requested<AcknowledgeEpisode> = {
  type: 'AcknowledgeEpisode',
  data: { scope: 'service-analysis', reason: 'Restarting it.' },
  id: 'r1',
  tenant: 'shared',
  key: 'service-analysis',
  actor: 'dana',
  correlationId: 'r1',
  expiresAt: null,
  sequence: 1,
};

/** What a controller sees of the local model when `service` hears a fact of ingestion. */
async function seenBy(service: 'ingestion' | 'analysis'): Promise<unknown> {
  const registry = new Registry([], [count]);
  const seen: unknown[] = [];
  registry.listen('ClockAdvanced', (_event, local) => {
    seen.push(local.get(count, 'virtual'));
    return [];
  });
  const locals = new LocalValues([count]);
  if (fact.content.kind !== 'readable') throw new Error('the fact can be read');
  await locals.load(noSql, [fact.content.event]);
  const translation = translate(fact, {
    service,
    horizon: at,
    registry,
    locals,
    isParked: () => false,
    parkedHere: new Set(),
  });
  expect(translation.obstacle).toBeNull();
  return seen[0];
}

describe('a local model', () => {
  it('folds what others said when it is heard', async () => {
    expect(await seenBy('analysis')).toBe(2);
  });

  it('does not fold again what its own service said, and tells how it stands', async () => {
    expect(await seenBy('ingestion')).toBe(1);
  });

  it('tells a request how things stand', async () => {
    const table: AnyLocalModel = { ...count, asked: { on: ['AcknowledgeEpisode'], keysOf: () => ['virtual'] } };
    const registry = new Registry([], [table]);
    const seen: unknown[] = [];
    registry.handle('AcknowledgeEpisode', (_request, _at, local) => {
      seen.push(local.get(table, 'virtual'));
      throw new Error('more is not asked here');
    });
    const locals = new LocalValues([table]);
    await locals.load(noSql, [], [acknowledgement]);
    const subject = parseSubject('cmd.escalation.shared.episode.service-analysis.acknowledge');
    if (subject === null) throw new Error('the subject is one of this system');
    translate(
      {
        kind: 'command',
        commandId: 'r1',
        sequence: 1,
        subject,
        content: { kind: 'readable', request: acknowledgement },
      },
      { service: 'escalation', horizon: at, registry, locals, isParked: () => false, parkedHere: new Set() },
    );
    expect(seen).toEqual([1]);
  });
});

describe('what a service says about its own parked messages', () => {
  const parked: EventParked = {
    type: 'EventParked',
    data: {
      ...{ entity: 'lane', key: 'LOG_RISK', lane: 'LOG_QUERY', position: 1, eventId: null },
      ...{ because: 'The body is not JSON.', behind: false },
    },
  };
  const said = (service: 'escalation' | 'query') =>
    heardFact(service, {
      sequence: 8,
      subject: subjectOf(parked, { service, tenant: 'shared' }),
      chain: '',
      messageId: '',
      body: encodeEvent(parked, {
        ...{ id: '1c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1', service, tenant: 'shared', time: at, entityVersion: 1 },
        ...{ correlationId: 'c', causationId: null, actor: `service:${service}`, recordedTime: at, traceparent: null },
      }),
    });
  const heardBy = (service: 'escalation' | 'query') =>
    translate(said(service), {
      service: 'escalation',
      horizon: at,
      registry: new Registry([], []),
      locals: new LocalValues([]),
      isParked: (parkKey) => parkKey === 'fact:lane/LOG_RISK',
      parkedHere: new Set(),
    }).obstacle;

  it('is not parked behind them where it hears its own lane, or it would be said and parked for ever', () => {
    expect(heardBy('escalation')).toBeNull();
  });

  it('is parked like anything else where another service says it about the same', () => {
    expect(heardBy('query')).toMatchObject({ behind: true });
  });
});
