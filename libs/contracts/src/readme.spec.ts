import { instant, pairOf } from '@tocsin/domain-kit';
import { readFileSync } from 'node:fs';
import { decodeEvent, encodeEvent, streamOf, subjectOf, type EventAttributes, type FeedPaused } from './index.ts';

const at = instant('2020-04-17T20:00:00.000Z');
const attributes: EventAttributes = {
  id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
  time: at,
  service: 'ingestion',
  tenant: 'shared',
  entityVersion: 1,
  correlationId: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
  causationId: null,
  actor: 'service:ingestion',
  recordedTime: at,
  traceparent: null,
};

describe('the example of the README', () => {
  it('works as it says', () => {
    // #region example
    const event: FeedPaused = {
      type: 'FeedPaused',
      data: { pair: pairOf('BRK.B', '1d'), reason: 'The history has come to its end.', at },
    };
    const bytes = encodeEvent(event, attributes);
    // #endregion example

    expect(subjectOf(event, { service: 'ingestion', tenant: 'shared' })).toBe(
      'evt.ingestion.shared.feed.BRK=2EB-1d.paused',
    );
    const place = { lane: streamOf('ingestion'), position: 1 };
    expect(decodeEvent(bytes, place)).toEqual({ ...event, ...attributes, ...place, key: 'BRK=2EB-1d' });
  });

  it('is the one that stands there', () => {
    const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    const [, region = ''] = /#region example\n([\s\S]*?)\n *\/\/ #endregion/.exec(text('./readme.spec.ts')) ?? [];
    expect(text('../README.md')).toContain(region.replace(/^ {4}/gm, ''));
  });
});
