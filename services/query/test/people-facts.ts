import { after, episodeRaised, fact } from './facts.ts';

const silenceIdOf = (number: number): string => `0b9a1c0b-92d4-4e6f-8000-00000000000${number}`;

export const silenceCreated = fact('escalation', 'SilenceCreated', (number) => ({
  ...{ silenceId: silenceIdOf(number), tenant: 'shared', kind: 'silence' },
  matchers: [{ label: 'symbol', op: '=', value: 'EURUSD' }],
  ...{ from: after(0), until: after(3_600), every: null, zone: 'UTC', comment: 'Works at the provider.' },
  ...{ by: 'dana', at: after(0) },
}));

export const silenceExpired = fact('escalation', 'SilenceExpired', (number) => ({
  ...{ silenceId: silenceIdOf(number), tenant: 'shared', by: null, at: after(3_600) },
}));

export const episodeCommented = fact('escalation', 'EpisodeCommented', (number) => {
  const { scope, episodeId } = episodeRaised(number).event.data;
  return { scope, episodeId, by: 'dana', text: 'Called them.', at: after(90) };
});

export const policyChanged = fact('escalation', 'PolicyChanged', (number) => ({
  ...{ policyId: 'shared/quiet-hours', tenant: 'shared', kind: 'quiet-hours', version: number + 1 },
  policy: { zone: 'Europe/Berlin', windows: [{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }] },
  ...{ by: 'dana', reason: 'Weekends.', at: after(number) },
}));

const simulated = { simulationId: 'sim-1', tenant: 'shared' } as const;

export const simulationRequested = fact('notification', 'SimulationRequested', () => ({
  ...{ ...simulated, policy: {}, quietHours: null, from: after(0), to: after(3_600), at: after(1) },
}));

export const simulationCompleted = fact('notification', 'SimulationCompleted', () => ({
  ...{ ...simulated, episodes: 3, neverTold: 1, simulated: 2, sent: 4, lettersLeftOut: 1, at: after(2) },
  counts: [{ channelId: 'ops-log', kind: 'escalation', level: 'WARN', simulated: 2, sent: 4 }],
  letters: [
    { at: after(30), channelId: 'ops-log', kind: 'escalation', level: 'WARN', title: 'WARN: EURUSD', episodes: 2 },
  ],
}));

export const simulationFailed = fact('notification', 'SimulationFailed', () => ({
  ...{ ...simulated, because: 'The lane is shorter than that.', at: after(2) },
}));
