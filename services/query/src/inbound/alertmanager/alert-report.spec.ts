import { validateCommand } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { fingerprintOf } from './fingerprint.ts';
import { reportOf, type SentAlert } from './alert-report.ts';

const now = instant('2026-01-01T12:00:00.000Z');
const report = (alert: Partial<SentAlert> = {}) =>
  reportOf({ labels: { alertname: 'DiskFull', instance: 'db-1' }, ...alert }, 'prometheus', now).data;

describe('a fingerprint', () => {
  // As Alertmanager 0.28.1 shows them.
  it.each([
    [{}, 'cbf29ce484222325'],
    [{ alertname: 'DiskFull', instance: 'db-1' }, fingerprintOf({ instance: 'db-1', alertname: 'DiskFull' })],
  ])('of %j is %s', (labels, fingerprint) => {
    expect(fingerprintOf(labels)).toBe(fingerprint);
  });

  it('differs where a name ends and its value begins elsewhere', () => {
    expect(fingerprintOf({ ab: 'c' })).not.toBe(fingerprintOf({ a: 'bc' }));
  });
});

describe('an alert of somebody else', () => {
  it('says in our words what it says in theirs', () => {
    const labels = { alertname: 'DiskFull', severity: 'critical', instance: 'db-1' };
    const annotations = { summary: 'The disk of db-1\nis full.', description: 'longer' };
    const alert = { labels, annotations, startsAt: '2026-01-01T12:58:00.5+01:00', endsAt: '2026-01-01T12:04:00Z' };
    expect(report(alert)).toEqual({
      ...{ fingerprint: fingerprintOf(labels), name: 'DiskFull', level: 'CRITICAL', status: 'firing', labels },
      ...{ summary: 'The disk of db-1 is full.', source: 'prometheus' },
      ...{ startsAt: '2026-01-01T11:58:00.500Z', endsAt: '2026-01-01T12:04:00.000Z' },
    });
  });

  it.each<[Partial<SentAlert>, object]>([
    [{ endsAt: '2026-01-01T12:00:00Z' }, { status: 'resolved', startsAt: now }],
    [{ endsAt: '0001-01-01T00:00:00Z' }, { status: 'firing', endsAt: null, startsAt: now }],
    [{ status: 'resolved', endsAt: '2026-01-02T00:00:00Z' }, { status: 'resolved' }],
    [{ status: 'firing', endsAt: '2025-01-01T00:00:00Z' }, { status: 'firing' }],
    [{ labels: { severity: 'PAGE' } }, { level: 'CRITICAL', name: 'alert', summary: 'alert' }],
    [{ labels: { alertname: 'x', severity: 'purple' } }, { level: 'WARN' }],
    [{ labels: { alertname: 'x', severity: 'constructor' } }, { level: 'WARN' }],
    [{ labels: { alertname: 'Größe' } }, { name: 'Gr??e', summary: 'Gr??e' }],
    [{ annotations: { summary: ' ', message: 'Said so.' } }, { summary: 'Said so.' }],
    [
      { labels: { alertname: 'x', empty: '', 'not-ours': 'y', long: 'z'.repeat(600) } },
      { labels: { alertname: 'x', long: 'z'.repeat(500) } },
    ],
    [{ startsAt: 'yesterday' }, { startsAt: now }],
  ])('%j is %j', (alert, expected) => {
    expect(report(alert)).toMatchObject(expected);
  });

  it('is the same with and without labels that have no value', () => {
    expect(report({ labels: { a: 'b', c: '' } }).fingerprint).toBe(report({ labels: { a: 'b' } }).fingerprint);
  });

  it('is always something that escalation can read', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.constantFrom('\ud800', '😀'.repeat(1_200)),
    );
    const labels = fc.dictionary(fc.oneof(text, fc.constantFrom('severity', 'alertname')), text, { maxKeys: 80 });
    fc.assert(
      fc.property(labels, labels, text, (labels, annotations, startsAt) => {
        const command = reportOf({ labels, annotations, startsAt }, 'prometheus', now);
        expect(() => {
          validateCommand(command);
        }).not.toThrow();
      }),
    );
  });
});
