import { readFileSync } from 'node:fs';
import { Controller, Module } from '@nestjs/common';
import type {
  AcknowledgeEpisode,
  AcknowledgementExpired,
  EpisodeAcknowledged,
  FeedPaused,
  Recorded,
  Requested,
} from '@tocsin/contracts';
import { instant, plusMs, refuse, type Decider, type Instant, type Message } from '@tocsin/domain-kit';
import { EventLogModule, Handles, Hears, to, type EntityType } from './index.ts';

const HOUR_MS = 3_600_000;

type Holder = { readonly until: Instant | null };
type Hold = { readonly scope: string; readonly by: string; readonly at: Instant };
type HoldCommand = Message<'Take', Hold> | Message<'Expire' | 'End', Omit<Hold, 'by'>>;
type HoldEvent = EpisodeAcknowledged | AcknowledgementExpired;

const episodeId = 'a1b2c3d4e5f60718';

const holdDecider: Decider<HoldCommand, HoldEvent, Holder, 'held'> = {
  initialState: () => ({ until: null }),
  decide({ type, data }, { until }) {
    switch (type) {
      case 'Take': {
        if (until !== null) return refuse('held', 'Somebody has taken it on.');
        const held = { ...data, episodeId, reason: 'I am on it.', until: plusMs(data.at, HOUR_MS) };
        return [{ type: 'EpisodeAcknowledged', data: held }];
      }
      case 'Expire':
      case 'End':
        return until === null ? [] : [{ type: 'AcknowledgementExpired', data: { ...data, episodeId, by: 'dana' } }];
    }
  },
  evolve: (_holder, { type, data }) => ({ until: type === 'EpisodeAcknowledged' ? data.until : null }),
};

// #region example
const hold: EntityType<HoldCommand, HoldEvent, Holder, 'held'> = {
  type: 'episode',
  decider: holdDecider,
  deadlines: ({ until }) => (until === null ? [] : [{ name: 'until', at: until }]),
  onDeadline: ({ dueAt }, scope) => ({ type: 'Expire', data: { scope, at: dueAt } }),
};

@Controller()
class HoldController {
  /** A feed that nobody watches any more needs nobody's attention. */
  @Hears('FeedPaused')
  onFeedPaused({ data: { pair, at } }: Recorded<FeedPaused>) {
    const scope = `pair-${pair}`;
    return [to(hold, scope, { type: 'End', data: { scope, at } })];
  }

  @Handles('AcknowledgeEpisode')
  onAcknowledgeEpisode({ actor: by, data: { scope } }: Requested<AcknowledgeEpisode>, at: Instant) {
    return to(hold, scope, { type: 'Take', data: { scope, by, at } });
  }
}

@Module({
  imports: [EventLogModule.forService({ service: 'escalation', hears: ['ingestion'], entities: [hold] })],
  controllers: [HoldController],
})
class HoldModule {}
// #endregion example

describe('the example of the README', () => {
  it('translates a request into a command for one entity', () => {
    const at = instant('2026-03-02T09:30:00.000Z');
    const request: Requested<AcknowledgeEpisode> = {
      type: 'AcknowledgeEpisode',
      data: { scope: 'pair-EURUSD-15m', reason: 'I am on it.' },
      id: 'c1',
      tenant: 'shared',
      key: 'pair-EURUSD-15m',
      actor: 'dana',
      correlationId: 'c1',
      expiresAt: null,
      sequence: 1,
    };
    const command = { type: 'Take', data: { scope: 'pair-EURUSD-15m', by: 'dana', at } };
    expect(new HoldController().onAcknowledgeEpisode(request, at)).toEqual({
      entityType: hold,
      key: 'pair-EURUSD-15m',
      command,
    });
    expect(HoldModule).toBeDefined();
  });

  it('waits for what its state names', () => {
    const until = instant('2026-03-02T10:30:00.000Z');
    expect(hold.deadlines?.({ until }, 'pair-EURUSD-15m')).toEqual([{ name: 'until', at: until }]);
  });

  it('is the one that stands there', () => {
    const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    const [, region = ''] = /#region example\n([\s\S]*?)\/\/ #endregion/.exec(text('./readme.spec.ts')) ?? [];
    expect(text('../README.md')).toContain(region);
  });
});
