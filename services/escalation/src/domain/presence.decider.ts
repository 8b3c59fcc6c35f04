import type { ServiceReturned, ServiceSilent } from '@tocsin/contracts';
import { msBetween, type Decider, type Instant } from '@tocsin/domain-kit';
import { isAbove } from './level.ts';

/** How bad a silence is. */
export type SilenceLevel = ServiceSilent['data']['level'];

/** Whether a service is heard of. `silentMs` is how long it had been silent when that was last said. */
export type Presence =
  | { readonly status: 'heard' }
  | {
      readonly status: 'silent';
      readonly level: SilenceLevel;
      readonly lastBeatAt: Instant | null;
      readonly silentMs: number;
    };

export type PresenceCommand =
  | { readonly type: 'ReportSilence'; readonly data: ServiceSilent['data'] }
  | {
      readonly type: 'ReportReturn';
      /** `beatAt` is the moment of the beat that was heard again, on the wall clock of the service itself. */
      readonly data: { readonly service: string; readonly beatAt: Instant; readonly at: Instant };
    };

export type PresenceEvent = ServiceSilent | ServiceReturned;

/** Says once per level that a service is silent, and once that it is back, however often it is told so. */
export const presenceDecider: Decider<PresenceCommand, PresenceEvent, Presence> = {
  initialState: () => ({ status: 'heard' }),

  decide({ type, data }, silence) {
    switch (type) {
      case 'ReportSilence': {
        if (silence.status === 'silent' && !isAbove(data.level, silence.level)) return [];
        return [{ type: 'ServiceSilent', data }];
      }
      case 'ReportReturn': {
        if (silence.status === 'heard') return [];
        const { service, beatAt, at } = data;
        const betweenMs = silence.lastBeatAt === null ? 0 : msBetween(silence.lastBeatAt, beatAt);
        return [{ type: 'ServiceReturned', data: { service, silentMs: Math.max(betweenMs, silence.silentMs), at } }];
      }
    }
  },

  evolve(_silence, { type, data }) {
    switch (type) {
      case 'ServiceSilent': {
        const { level, lastBeatAt, silentMs } = data;
        return { status: 'silent', level, lastBeatAt, silentMs };
      }
      case 'ServiceReturned':
        return { status: 'heard' };
    }
  },
};
