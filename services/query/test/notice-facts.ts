import { after, episodeRaised, fact } from './facts.ts';

const of = (number: number) => {
  const { scope, episodeId } = episodeRaised(number).event.data;
  return { notice: `shared/${scope}`, tenant: 'shared', scope, episodeId } as const;
};
const first = { kind: 'escalation', level: 'WARN', repeatIndex: 0 } as const;

export const noticeQueued = fact('notification', 'NoticeQueued', (number) => ({
  ...{ ...of(number), ...first, peak: 'WARN', dueAt: after(30), group: 'shared/pair/recorded/WARN/escalation' },
  ...{ routingVersion: 0, scopeKind: 'pair', about: 'EURUSD 15m', title: 'WARN: EURUSD 15m', text: 'One bar failed.' },
  ...{ facts: {}, why: [], labels: {}, toldTo: [], startedAt: after(0), simulated: false, at: after(1) },
}));

export const noticeHeld = fact('notification', 'NoticeHeld', (number) => ({
  ...{ ...of(number), ...first, by: 'silence', holder: 's-1', until: after(3_600), at: after(31) },
}));

export const noticeReleased = fact('notification', 'NoticeReleased', (number) => ({
  ...{ ...of(number), ...first, at: after(3_600) },
}));

export const noticeTold = fact('notification', 'NoticeTold', (number) => ({
  ...{ ...of(number), ...first, channels: [{ id: 'ops-log', kind: 'log' }], nextAt: null },
  ...{ group: 'shared/pair/recorded/WARN/escalation', at: after(31) },
}));

export const noticeKept = fact('notification', 'NoticeKept', (number) => ({
  ...{ ...of(number), ...first, because: 'told-before', nextAt: null, at: after(31) },
}));

export const noticeAcknowledged = fact('notification', 'NoticeAcknowledged', (number) => ({
  ...{ ...of(number), kind: 'escalation', level: 'WARN', by: 'dana', until: after(7_200), at: after(60) },
}));

export const noticeReawakened = fact('notification', 'NoticeReawakened', (number) => ({
  ...{ ...of(number), ...first, kind: 'reminder', by: 'dana', dueAt: after(7_200), at: after(7_200) },
}));

export const noticeEnded = fact('notification', 'NoticeEnded', (number) => ({
  ...{ ...of(number), kind: 'restoration', peak: null, at: after(900) },
}));
