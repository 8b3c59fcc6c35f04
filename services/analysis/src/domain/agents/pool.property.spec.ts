import fc from 'fast-check';
import type { Pair } from '@tocsin/domain-kit';
import { at, complete, fail, PoolStory, silence, submit } from '../../../test/agent-pool.ts';
import type { PoolCommand } from './pool.commands.ts';
import { poolDecider } from './pool.decider.ts';
import { AGENTS_MAX, heldBy, type Pool, type PoolEvent } from './pool.ts';
import { TASK_TYPES } from './task-needs.ts';
import { pool as poolEntity } from '../../pool.entity.ts';

const agentId = fc.constantFrom('a', 'b', 'c');
const taskId = fc.integer({ min: 0, max: 15 }).map((n) => `t-${n}`);
const taskType = fc.constantFrom('trading_signal', 'trading_analysis');
const pair = fc.constantFrom('EURUSD-15m' as Pair, 'SPX-1d' as Pair);
const token = fc.integer({ min: 1, max: 40 });
const capabilities = fc.subarray(['sovereign_access', 'trading_signal', 'trading_analysis', 'hidden_hand_validation'], {
  minLength: 2,
});

const command: fc.Arbitrary<PoolCommand> = fc.oneof(
  fc.tuple(agentId, capabilities, fc.integer({ min: 1, max: 3 })).map(([id, can, parallelMax]): PoolCommand => ({
    type: 'RegisterAgent',
    data: { agentId: id, capabilities: Object.fromEntries(can.map((c) => [c, true])), parallelMax, instance: 'i', at },
  })),
  fc
    .tuple(agentId, capabilities)
    .map(([id, may]): PoolCommand => ({ type: 'GrantAgent', data: { agentId: id, capabilities: may, by: 'x', at } })),
  fc.tuple(taskId, taskType, pair).map(([id, type, about]) => submit(id, type, about, 5)),
  fc.tuple(taskId, agentId, token).map(([id, agent, n]) => complete(id, agent, n)),
  fc
    .tuple(taskId, agentId, token, fc.constantFrom('agent_crash', 'sovereign_timeout', 'network_error'))
    .map(([id, agent, n, source]) => fail(id, agent, n, source)),
  agentId.map(silence),
  agentId.map((id): PoolCommand => ({ type: 'ReportReturn', data: { agentId: id, at } })),
  agentId.map((id): PoolCommand => ({ type: 'RetireAgent', data: { agentId: id, at } })),
  fc
    .tuple(agentId, taskType)
    .map(([id, type]): PoolCommand => ({ type: 'CoolBreaker', data: { agentId: id, taskType: type, at } })),
);

/** Results are brought by whoever has a task, half of the time: a token that is guessed seldom fits. */
const day = fc.array(fc.tuple(command, fc.boolean()), { maxLength: 120 });

function played(story: readonly (readonly [PoolCommand, boolean])[]): {
  readonly said: PoolEvent[];
  readonly pools: Pool[];
} {
  const pool = new PoolStory();
  const said: PoolEvent[] = [];
  const pools: Pool[] = [];
  for (const [asked, isByHolder] of story) {
    const answer = pool.when(isByHolder ? byHolder(asked, pool) : asked);
    if (typeof answer !== 'string') said.push(...answer);
    pools.push(pool.pool);
  }
  return { said, pools };
}

function byHolder(asked: PoolCommand, { pool }: PoolStory): PoolCommand {
  const held = pool.tasks.find(({ lease }) => lease !== null);
  if (held === undefined || held.lease === null) return asked;
  if (asked.type === 'CompleteTask') return { ...asked, data: { ...asked.data, taskId: held.taskId, ...held.lease } };
  if (asked.type === 'FailTask') return { ...asked, data: { ...asked.data, taskId: held.taskId, ...held.lease } };
  return asked;
}

describe('Whatever happens to a pool', () => {
  it('nobody has more than it takes, and of a pair and type one task is out', () => {
    fc.assert(
      fc.property(day, (story) => {
        for (const pool of played(story).pools) {
          const out = pool.tasks.filter(({ lease }) => lease !== null);
          expect(new Set(out.map(({ taskType: type, pair: about }) => `${type}/${about}`)).size).toBe(out.length);
          for (const { lease } of out) expect(pool.agents[lease?.agentId ?? '']?.isLost).toBe(false);
        }
      }),
    );
  });

  it('a lease is never given beyond what the agent takes at that moment', () => {
    fc.assert(
      fc.property(day, (story) => {
        const pool = new PoolStory();
        for (const [asked] of story) {
          const before = pool.pool;
          const answer = pool.when(asked);
          if (typeof answer === 'string') continue;
          answer.reduce((now, event) => {
            if (event.type === 'TaskLeased') {
              const { agentId: holder } = event.data;
              expect(heldBy(now, holder).length).toBeLessThan(now.agents[holder]?.parallelMax ?? 0);
            }
            return poolDecider.evolve(now, event);
          }, before);
        }
      }),
    );
  });

  it('tokens only grow, and a task ends once', () => {
    fc.assert(
      fc.property(day, (story) => {
        const { said } = played(story);
        const tokens = said.flatMap((event) => (event.type === 'TaskLeased' ? [event.data.fencingToken] : []));
        expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
        expect(new Set(tokens).size).toBe(tokens.length);
        const ended = said.flatMap((event) =>
          event.type === 'TaskCompleted' || event.type === 'TaskFailed' ? [event.data.taskId] : [],
        );
        expect(new Set(ended).size).toBe(ended.length);
      }),
    );
  });

  it('fits into its row however full it is', () => {
    const story = new PoolStory();
    const names = Array.from({ length: 16 }, (_, n) => `${'c'.repeat(62)}${n % 10}`.padEnd(64, 'x'));
    for (let n = 0; n < AGENTS_MAX; n += 1)
      story.isGranted(`${n}`.padEnd(58, 'a'), names).registers(`${n}`.padEnd(58, 'a'), names);
    for (const type of TASK_TYPES) {
      for (let n = 0; n < 200; n += 1) {
        const asked = submit(`${type}-${n}`.padEnd(256, 't'), type, 'EURUSD-15m' as Pair, 200);
        if (asked.type !== 'SubmitTask') continue;
        const input = { ...asked.data.input, question: '\u20ac'.repeat(500) };
        story.when({ ...asked, data: { ...asked.data, input } });
      }
    }
    expect(story.pool.tasks).toHaveLength(400);
    expect(Buffer.byteLength(JSON.stringify(story.pool))).toBeLessThan(poolEntity.stateBytesMax ?? 0);
  });
});
