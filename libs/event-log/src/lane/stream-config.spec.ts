import { ASYNC_API, SERVICES, streamOf } from '@tocsin/contracts';
import {
  canSourceFailures,
  commandStream,
  fieldsNotAsAsked,
  heartbeatStream,
  laneStream,
  type AskedStream,
} from './stream-config.ts';

const settings = { replicas: 1, serverVersion: '2.9.10' } as const;
const asked = laneStream('ingestion', '0c2e1d6f-7a53-4f0e-9a0b-54a8d9a0d5b1', settings);

describe('the streams of this house', () => {
  it('are as asked when the server says the same and leaves out what is empty', () => {
    const without = Object.fromEntries(Object.entries(asked).filter(([field]) => field !== 'max_age'));
    expect(fieldsNotAsAsked(asked, { ...asked, no_ack: false })).toEqual([]);
    expect(fieldsNotAsAsked(asked, without)).toEqual([]);
  });

  it.each(['allow_direct', 'deny_delete', 'deny_purge', 'duplicate_window', 'max_msg_size'] as const)(
    'are not as asked when the server drops %s',
    (field) => {
      const answer = { ...asked, [field]: undefined };
      expect(fieldsNotAsAsked(asked, answer)).toEqual([expect.stringMatching(`^${field}: asked `)]);
    },
  );

  it('are not as asked when they are another lane', () => {
    const other = { ...asked, description: 'tocsin lane 00000000-0000-4000-8000-000000000000' };
    expect(fieldsNotAsAsked(asked, other)).toHaveLength(1);
  });

  it('are compressed where the server can', () => {
    expect('compression' in asked).toBe(false);
    expect(laneStream('ingestion', 'x', { ...settings, serverVersion: '2.10.0' })).toMatchObject({ compression: 's2' });
  });

  it('gather failures only where the server takes sourced messages that carry a fence', () => {
    expect(['2.9.10', '2.10.13', '2.10.14', '2.12.2', '3.0.0'].map(canSourceFailures)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('are told to the outside as they are asked for', () => {
    const current = { ...settings, serverVersion: '2.14.7' };
    const told = (ASYNC_API['x-jetstream'] as { readonly streams: readonly { readonly name: string }[] }).streams;
    const asking = SERVICES.flatMap((service) => [laneStream(service, 'x', current), commandStream(service, current)]);
    const answered = new Map(asking.map((stream) => [stream.name, asTold(stream)]));
    expect(told.map(({ name }) => name)).toEqual(expect.arrayContaining(SERVICES.map((each) => streamOf(each))));
    for (const stream of told) expect({ ...stream, ...NOT_TOLD }).toEqual(answered.get(stream.name));
  });

  it('remember one beat per service, for a minute', () => {
    expect(heartbeatStream(settings)).toMatchObject({ max_msgs_per_subject: 1, max_age: 60_000_000_000 });
  });
});

/** What the document says in words of its own, or not at all because it differs by deployment. */
const NOT_TOLD = { description: 'not compared', num_replicas: 1 };

/** A stream as the AsyncAPI document tells of it: milliseconds. */
function asTold({ max_age = 0, duplicate_window = 0, ...asked }: AskedStream): object {
  return {
    ...asked,
    ...NOT_TOLD,
    max_age_ms: max_age / 1_000_000,
    duplicate_window_ms: duplicate_window / 1_000_000,
  };
}
