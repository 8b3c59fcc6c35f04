import { foldProjection } from '@tocsin/event-log';
import { attemptFailed, barAt, recorded } from '../../test/facts.ts';
import { failedAttempt } from './failed-attempt.projection.ts';

describe('the failed attempts', () => {
  it('are one row each, at their own moment', () => {
    const rows = foldProjection(failedAttempt, recorded([attemptFailed(0), attemptFailed(0, { attempt: 2 })]));
    expect(rows).toEqual([
      expect.objectContaining({ eventId: 'ingestion-1', attempt: 1, heardAt: barAt(0).closeAt }),
      expect.objectContaining({ eventId: 'ingestion-2', attempt: 2, errorCode: 'PROVIDER_ERROR' }),
    ]);
  });
});
