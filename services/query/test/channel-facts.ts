import { after, fact } from './facts.ts';

const channel = { tenant: 'acme', channelId: 'desk' } as const;

export const channelChanged = fact('notification', 'ChannelChanged', () => ({
  ...channel,
  version: 1,
  channel: {
    ...{ name: 'Trading desk', enabled: true, events: [], minLevel: 'WARN', success: 'restoration', signals: false },
    ...{ rate: { messages: 10, perMs: 1_000 }, standby: false },
    target: { kind: 'webhook', url: 'https://hooks.example.org/tocsin' },
    secretRefs: [{ ref: 'desk-1', until: null }],
  },
  by: 'dana',
  at: after(0),
}));

export const channelRemoved = fact('notification', 'ChannelRemoved', () => ({
  ...channel,
  ...{ by: 'dana', reason: 'The desk has moved.', at: after(30) },
}));
