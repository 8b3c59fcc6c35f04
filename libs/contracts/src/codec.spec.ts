import { ContractViolation } from '@tocsin/domain-kit';
import {
  attributesFor,
  EXAMPLE_COMMANDS,
  EXAMPLE_EVENTS,
  exampleOf,
  requestAttributes,
  serviceOf,
} from '../test/stories.ts';
import {
  contractOf,
  decodeCommand,
  decodeEvent,
  encodeCommand,
  encodeEvent,
  ownerKeyOf,
  streamOf,
  subjectOf,
  validateEvent,
  type AnyCommand,
  type AnyEvent,
  type Envelope,
} from './index.ts';

const PLACE = { lane: 'LOG_INGESTION', position: 4711 };
const barClosed = exampleOf('BarClosed');

/** The wire form of an event after `change` had its way with the envelope. */
function tampered(event: AnyEvent, change: (envelope: Record<string, unknown>) => void): Buffer {
  const envelope = JSON.parse(encodeEvent(event, attributesFor(event)).toString()) as Record<string, unknown>;
  change(envelope);
  return Buffer.from(JSON.stringify(envelope));
}

const decoding = (bytes: Uint8Array) => () => decodeEvent(bytes, PLACE);

describe('a fact', () => {
  it.each(EXAMPLE_EVENTS.map((event) => [event.type, event] as const))(
    '%s comes back from the wire as it was said',
    (_, event) => {
      const attributes = attributesFor(event);
      const { key } = decodeEvent(encodeEvent(event, attributes), PLACE);
      expect(decodeEvent(encodeEvent(event, attributes), PLACE)).toEqual({ ...event, ...attributes, ...PLACE, key });
      expect(subjectOf(event, attributes).split('.')[4]).toBe(key);
    },
  );

  it('is a CloudEvent in structured JSON', () => {
    const envelope = JSON.parse(encodeEvent(barClosed, attributesFor(barClosed)).toString()) as Envelope;
    expect(envelope).toEqual({
      specversion: '1.0',
      id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
      source: 'tocsin:ingestion',
      type: 'tocsin.ingestion.bar.closed.v1',
      subject: 'bar/EURUSD-15m',
      time: '2014-05-06T10:00:02.000Z',
      datacontenttype: 'application/json',
      dataschema: 'tocsin:ingestion/bar-closed/1',
      tenantid: 'shared',
      entityversion: 17,
      correlationid: '7d0a6a83-0f5c-5b0a-8a66-0e7a5f1c2b9d',
      causationid: '9e107d9d-372b-5681-9d8a-0b7a5f1c2b9d',
      actor: 'service:ingestion',
      recordedtime: '2026-03-02T09:30:00.412Z',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      data: barClosed.data,
    });
  });

  it('leaves out of the envelope what there is not', () => {
    const bytes = encodeEvent(barClosed, attributesFor(barClosed, { causationId: null, traceparent: null }));
    expect(Object.keys(JSON.parse(bytes.toString()) as object)).not.toEqual(expect.arrayContaining(['causationid']));
    expect(decodeEvent(bytes, PLACE)).toMatchObject({ causationId: null, traceparent: null });
  });

  it('has the same bytes whenever it is said again', () => {
    const [once, again] = [1, 2].map(() => encodeEvent(barClosed, attributesFor(barClosed)));
    expect(once).toEqual(again);
  });

  it('said by any service is told apart by who says it', () => {
    const passed = exampleOf('DeadlinePassed');
    const bytes = encodeEvent(passed, attributesFor(passed, { service: 'notification' }));
    expect(decodeEvent(bytes, { ...PLACE, lane: streamOf('notification') })).toMatchObject({
      type: 'DeadlinePassed',
      service: 'notification',
      key: 'pair-EURUSD-15m',
    });
    expect(JSON.parse(bytes.toString())).toMatchObject({ type: 'tocsin.notification.episode.deadline-passed.v1' });
  });

  it('may hold fields that are newer than its reader', () => {
    const bytes = tampered(barClosed, (envelope) => {
      envelope['newattribute'] = 'x';
      envelope['data'] = { ...barClosed.data, newerField: 1, freshness: { ...freshness(), newerField: 2 } };
    });
    expect(decodeEvent(bytes, PLACE).data).toMatchObject({ newerField: 1, freshness: { newerField: 2 } });
  });

  it.each<[string, (envelope: Record<string, unknown>) => void, RegExp]>([
    ['a bad attribute', (e) => (e['time'] = '2014-05-06T10:00:02Z'), /\/time must match pattern/],
    ['a missing attribute', (e) => delete e['entityversion'], /\/entityversion is missing/],
    [
      'a missing field',
      (e) => delete (e['data'] as Record<string, unknown>)['closeAt'],
      /BarClosed: \/data\/closeAt is missing/,
    ],
    [
      'a wrong field',
      (e) => ((e['data'] as Record<string, unknown>)['volume'] = '7'),
      /BarClosed: \/data\/volume must be number/,
    ],
    [
      'a field in the depth',
      (e) => ((e['data'] as Record<string, unknown>)['freshness'] = { ...freshness(), colour: 'BLUE' }),
      /\/data\/freshness\/colour must be one of \["GREEN","AMBER","RED"\]/,
    ],
    [
      'a pair that is no token',
      (e) => ((e['data'] as Record<string, unknown>)['pair'] = 'BRK.B'),
      /\/data\/pair must match pattern/,
    ],
    [
      'an unknown type',
      (e) => (e['type'] = 'tocsin.ingestion.bar.opened.v1'),
      /'tocsin.ingestion.bar.opened.v1' is not known/,
    ],
    ['an unknown service', (e) => (e['type'] = 'tocsin.weather.episode.deadline-passed.v1'), /is not known here/],
    [
      'a newer edition',
      (e) => (e['type'] = 'tocsin.ingestion.bar.closed.v2'),
      /BarClosed is of edition 2, and ours is 1/,
    ],
    ['a foreign schema', (e) => (e['dataschema'] = 'tocsin:ingestion/bar-missed/1'), /\/dataschema must be/],
    ['a subject of another key', (e) => (e['subject'] = 'bar/GBPUSD-15m'), /\/subject must be 'bar\/EURUSD-15m'/],
  ])('with %s is refused by name', (_, change, words) => {
    expect(decoding(tampered(barClosed, change))).toThrow(ContractViolation);
    expect(decoding(tampered(barClosed, change))).toThrow(words);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a body', encodeEvent(barClosed, attributesFor(barClosed)).subarray(0, 100)],
    ['no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['a list', Buffer.from('[]')],
  ])('cannot be made of %s', (_, bytes) => {
    expect(decoding(bytes)).toThrow(ContractViolation);
  });
});

const freshness = () => ('freshness' in barClosed.data ? barClosed.data.freshness : {});

describe('a writer', () => {
  it.each<[string, object, RegExp]>([
    ['a field that nobody knows', { raeson: 'x' }, /\/data\/raeson is not a known field/],
    ['a bad key', { pair: 'BRK.B' }, /\/data\/pair must match pattern/],
    ['a moment without milliseconds', { at: '2014-05-06T10:00:00Z' }, /\/data\/at must match pattern/],
  ])('is refused %s', (_, change, words) => {
    const paused = exampleOf('FeedPaused');
    const wrong = { type: 'FeedPaused', data: { ...paused.data, ...change } };
    expect(() => {
      validateEvent(wrong);
    }).toThrow(words);
  });

  it('is refused a stray field however deep it lies', () => {
    const completed = exampleOf('RunCompleted');
    if (completed.type !== 'RunCompleted') throw new Error('this is about RunCompleted');
    const [part, ...parts] = completed.data.ruleParts;
    const data = {
      ...completed.data,
      ruleParts: [{ ...part, weight: 1 }, ...parts],
      ml: { confidence: 60, modelVersion: 'm-1', bias: 2 },
    };
    expect(() => {
      validateEvent({ type: 'RunCompleted', data });
    }).toThrow('RunCompleted: /data/ruleParts/0/weight is not a known field; /data/ml/bias is not a known field');
  });

  it('hears of everything that is wrong at once', () => {
    expect(() => {
      validateEvent({ type: 'FeedPaused', data: { pair: 'BRK.B', at: 7 } });
    }).toThrow(/\/data\/reason is missing.*\/data\/pair must match.*\/data\/at must be string/);
  });

  it('cannot say what is not in the catalogue', () => {
    expect(() => {
      validateEvent({ type: 'BarOpened', data: {} });
    }).toThrow(/'BarOpened' is not an event/);
    expect(() => {
      validateEvent({ type: 'toString', data: {} });
    }).toThrow(/'toString' is not an event/);
  });

  it('cannot use attributes that no reader would take', () => {
    expect(() => encodeEvent(barClosed, attributesFor(barClosed, { tenant: 'a.b' }))).toThrow(
      /\/tenantid must match pattern/,
    );
  });
});

/** What stands in the subject; a delivery's own key, a notification's id, is no token of one. */
function keyTokenOf(command: AnyCommand): string {
  const { key } = contractOf(command.type);
  return String(Object.entries(command.data).find(([name]) => name === key)?.[1]);
}

describe('a request', () => {
  it.each(EXAMPLE_COMMANDS.map((command) => [command.type, command] as const))(
    '%s comes back from the wire as it was asked',
    (_, command) => {
      const { id, tenant, actor, correlationId, expiresAt } = requestAttributes();
      const bytes = encodeCommand(command, requestAttributes());
      const expected = {
        ...command,
        id,
        tenant,
        actor,
        correlationId,
        expiresAt,
        key: keyTokenOf(command),
        sequence: 7,
      };
      expect(decodeCommand(bytes, { sequence: 7 })).toEqual(expected);
      const [{ owner }, key] = [ownerKeyOf(command), keyTokenOf(command)];
      const { entity, event } = contractOf(command.type);
      const service = serviceOf(command);
      expect(subjectOf(command, { service, tenant })).toBe(
        `cmd.${service}.shared.${entity === '*' ? owner : entity}.${key}.${event}`,
      );
    },
  );

  it('that every service answers is addressed to one of them, or to nobody', () => {
    const [redrive] = EXAMPLE_COMMANDS.filter(({ type }) => type === 'RedriveParked');
    if (redrive === undefined) throw new Error('RedriveParked has an example');
    const toNobody = requestAttributes();
    Reflect.deleteProperty(toNobody, 'service');
    expect(() => encodeCommand(redrive, toNobody)).toThrow(/addressed to nobody/);
    expect(encodeCommand(redrive, { ...toNobody, service: 'analysis' }).toString()).toContain(
      'tocsin.analysis.analysis.redrive-parked.v1',
    );
  });

  it('may have no deadline', () => {
    for (const command of EXAMPLE_COMMANDS) {
      const bytes = encodeCommand(command, requestAttributes({ expiresAt: null }));
      expect(decodeCommand(bytes, { sequence: 1 }).expiresAt).toBeNull();
    }
  });

  it('is not a fact, nor the other way round', () => {
    for (const command of EXAMPLE_COMMANDS) {
      expect(decoding(encodeCommand(command, requestAttributes()))).toThrow(/\/entityversion is missing/);
    }
    const fact = encodeEvent(barClosed, attributesFor(barClosed));
    expect(() => decodeCommand(fact, { sequence: 1 })).toThrow(/'tocsin.ingestion.bar.closed.v1' is not known/);
  });
});
