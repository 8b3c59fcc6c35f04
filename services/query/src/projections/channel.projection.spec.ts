import { foldProjection } from '@tocsin/event-log';
import { channelChanged, channelRemoved } from '../../test/channel-facts.ts';
import { after, recorded, type Fact } from '../../test/facts.ts';
import { channel } from './channel.projection.ts';

const rows = (...facts: readonly Fact[]) => foldProjection(channel, recorded(facts));
const settings = channelChanged().event.data.channel;

describe('a channel', () => {
  it('is as it was last said to be, and keeps since when it has which secret', () => {
    const secretRefs = [
      { ref: 'new', until: null },
      { ref: 'desk-1', until: after(3_600) },
    ];
    const changed = channelChanged(0, {
      version: 2,
      channel: { ...settings, enabled: false, secretRefs },
      at: after(60),
    });
    expect(rows(channelChanged(), changed)).toEqual([
      expect.objectContaining({
        ...{ channelId: 'desk', tenant: 'acme', version: 2, kind: 'webhook', enabled: false, changedBy: 'dana' },
        ...{ addedAt: after(0), changedAt: after(60), rateMessages: 10, ratePerMs: 1_000 },
        secrets: [
          { ref: 'new', since: after(60), until: null },
          { ref: 'desk-1', since: after(0), until: after(3_600) },
        ],
      }),
    ]);
  });

  it('leaves when it is removed, and may come again', () => {
    expect(rows(channelChanged(), channelRemoved())).toEqual([]);
    const again = rows(channelChanged(), channelRemoved(), channelChanged(0, { at: after(90) }));
    expect(again).toEqual([
      expect.objectContaining({ addedAt: after(90), secrets: [expect.objectContaining({ since: after(90) })] }),
    ]);
    expect(rows(channelRemoved())).toEqual([]);
  });
});
