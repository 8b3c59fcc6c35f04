import { instant } from '@tocsin/domain-kit';
import { wantedSilence, type WrittenSilence } from './silence-requests.ts';

const now = instant('2026-01-01T12:00:00.000Z');
const written: WrittenSilence = { matchers: [{ label: 'a', op: '=', value: 'b' }], comment: 'Works.', for_ms: 60_000 };
const asked = (more: Partial<WrittenSilence> = {}, key: string | null = null) =>
  wantedSilence({ ...written, ...more }, { tenant: 'acme', terms: { key, isAsync: false }, now }).data;

describe('a silence that is asked for', () => {
  it('begins now and lasts as long as was said', () => {
    expect(asked()).toEqual({
      ...{ tenant: 'acme', kind: 'silence', every: null, zone: 'UTC', comment: 'Works.', matchers: written.matchers },
      ...{ from: now, until: '2026-01-01T12:01:00.000Z' },
      silenceId: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as unknown,
    });
    expect(asked().silenceId).not.toBe(asked().silenceId);
  });

  it('has the same id under the same key, in the shape of a UUID', () => {
    const from = '2026-01-01T13:00:00+01:00';
    const { silenceId } = asked({ from }, 'k');
    expect(silenceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(asked({ from }, 'k')).toMatchObject({ silenceId, from: now });
    expect(asked({ from }, 'l').silenceId).not.toBe(silenceId);
  });

  it.each<[Partial<WrittenSilence>, string | null, string]>([
    [{ until: now }, null, '/body/until must not stand beside for_ms.'],
    [{}, 'k', '/body/from is missing: under an Idempotency-Key a silence cannot begin now.'],
  ])('is refused as %j under the key %j', (more, key, detail) => {
    expect(() => asked(more, key)).toThrow(detail);
  });

  it('is refused without an end', () => {
    const endless = { matchers: written.matchers, comment: written.comment };
    expect(() => wantedSilence(endless, { tenant: 'acme', terms: { key: null, isAsync: false }, now })).toThrow(
      '/body/until is missing, and so is for_ms.',
    );
  });
});
