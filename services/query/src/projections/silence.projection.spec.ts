import { foldProjection } from '@tocsin/event-log';
import { after, recorded, type Fact } from '../../test/facts.ts';
import { silenceCreated, silenceExpired } from '../../test/people-facts.ts';
import { silence } from './silence.projection.ts';

const rows = (...facts: readonly Fact[]) => foldProjection(silence, recorded(facts));

describe('a silence', () => {
  it('stands as it was asked for, and stays when it is over', () => {
    expect(rows(silenceCreated())).toEqual([
      expect.objectContaining({
        ...{ tenant: 'shared', fromAt: after(0), untilAt: after(3_600), createdBy: 'dana', expiredAt: null },
      }),
    ]);
    expect(rows(silenceCreated(), silenceExpired(0, { by: 'erin', at: after(60) }))).toEqual([
      expect.objectContaining({
        comment: 'Works at the provider.',
        expiredBy: 'erin',
        expiredAt: after(60),
        position: 2,
      }),
    ]);
    expect(rows(silenceExpired())).toEqual([]);
  });
});
