import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BarClosed, EventName, EventNamed, Recorded } from '@tocsin/contracts';
import { instant, pairOf, type Pair } from '@tocsin/domain-kit';
import { House, Wire } from '@tocsin/testkit';
import { AnalysisModule } from '../src/analysis.module.ts';
import { env } from '../src/config.ts';
import { schema } from '../src/schema.ts';
import { result } from './agent-pool.ts';
import { closedBar } from './closed-bars.ts';
import { answering, LlmServer } from './llm-server.ts';
import { sp500 } from './markets.ts';

const EXAMPLE = fileURLToPath(new URL('../../../docs/examples/agent.mjs', import.meta.url));
const CAPABILITIES = ['sovereign_access', 'trading_analysis'];
const PAIR = 'EURUSD-15m' as Pair;
const input = { symbol: 'EURUSD', timeframe: '15m', barOpenAt: null, runId: null, question: 'Up or down?' } as const;

async function factsIn<Name extends EventName>(house: House, name: Name): Promise<readonly EventNamed<Name>['data'][]> {
  const all: readonly Recorded<EventNamed<EventName>>[] = await house.facts();
  return all
    .filter((fact): fact is Extract<(typeof all)[number], { type: Name }> => fact.type === name)
    .map(({ data }) => data);
}

async function firstIn<Name extends EventName>(house: House, name: Name): Promise<EventNamed<Name>['data']> {
  let found: readonly EventNamed<Name>['data'][] = [];
  await house.until(`${name} is said`, async () => (found = await factsIn(house, name)).length > 0);
  const [fact] = found;
  if (fact === undefined) throw new Error(`${name} is not there any more`);
  return fact;
}

async function outcomeIn(house: House, commandId: string): Promise<EventNamed<'CommandHandled'>['data']> {
  const outcome = async () => (await factsIn(house, 'CommandHandled')).find((fact) => fact.commandId === commandId);
  await house.until(`${commandId} has its outcome`, async () => (await outcome()) !== undefined);
  const found = await outcome();
  if (found === undefined) throw new Error(`the outcome of ${commandId} is not there any more`);
  return found;
}

describe('agents on real servers', () => {
  let house: House;
  let wire: Wire;
  let example: ChildProcess | null = null;

  beforeEach(async () => {
    house = await House.open({
      plan: { service: 'analysis', module: (config) => AnalysisModule.for(config) },
      config: env.read({}),
      schema,
      hears: ['ingestion'],
      clock: 'wall',
    });
    wire = await Wire.to(house);
  });
  afterEach(async () => {
    example?.kill('SIGKILL');
    await wire.close();
    await house.close();
  });

  const facts = <Name extends EventName>(name: Name) => factsIn(house, name);
  const first = <Name extends EventName>(name: Name) => firstIn(house, name);
  const outcomeOf = (commandId: string) => outcomeIn(house, commandId);

  const granted = (agentId: string) => wire.ask({ type: 'GrantAgent', data: { agentId, capabilities: CAPABILITIES } });

  const registered = (agentId: string) => {
    const capabilities = { sovereign_access: true, trading_analysis: true };
    return wire.ask({ type: 'RegisterAgent', data: { agentId, capabilities, parallelMax: 1, instance: 'boot-1' } });
  };

  const submitted = (taskId: string) =>
    wire.ask({ type: 'SubmitTask', data: { taskId, taskType: 'trading_analysis', pair: PAIR, input } });

  it('lets the example of the docs register, take a task, answer it, and hear that the answer counts', async () => {
    const agent = spawn(process.execPath, [EXAMPLE], {
      env: { ...process.env, NATS_URL: house.natsUrl, AGENT_ID: 'agent-7' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    example = agent;
    let words = '';
    agent.stdout.on('data', (chunk: Buffer) => (words += chunk.toString()));
    await granted('agent-7');
    expect(await first('AgentRegistered')).toMatchObject({ agentId: 'agent-7', capabilities: CAPABILITIES });

    await submitted('t-1');
    expect(await first('TaskCompleted')).toMatchObject({
      taskId: 't-1',
      agentId: 'agent-7',
      result: { signal: 'HOLD' },
    });
    expect(await first('AgentSignalEmitted')).toMatchObject({
      taskId: 't-1',
      completedBy: 'agent-7',
      confidence: 0.5,
      adjustments: [],
      phase: 'unknown',
    });
    await house.until('the agent hears that its answer counts', () => words.includes('complete done'));
    expect(words.split('\n')).toEqual(expect.arrayContaining([expect.stringContaining('complete done')]));
  });

  it('applies one result when the service dies between the result and its confirmation, and the agent asks again (T-17)', async () => {
    await granted('agent-8');
    await registered('agent-8');
    await submitted('t-1');
    const { fencingToken } = await first('TaskLeased');
    const data = {
      taskId: 't-1',
      agentId: 'agent-8',
      fencingToken,
      result: { ...result, analyzedAt: instant(Date.now()) },
    };

    await house.stop();
    const id = await wire.ask({ type: 'CompleteTask', data }); // Nobody is there to hear it.
    await house.start();
    await wire.ask({ type: 'CompleteTask', data }, id);
    expect(await outcomeOf(id)).toMatchObject({ result: 'done', command: 'CompleteTask' });

    const again = await wire.ask({ type: 'CompleteTask', data }); // It never heard that, and brings it under another id.
    expect(await outcomeOf(again)).toMatchObject({ result: 'unchanged' });
    await first('AgentSignalEmitted');
    await house.quiet();
    expect(await facts('TaskCompleted')).toHaveLength(1);
    expect(await facts('AgentSignalEmitted')).toHaveLength(1);
  });

  it('refuses a result of a task that never was, and names the rule', async () => {
    const data = { taskId: 'never-was', agentId: 'agent-9', fencingToken: 1, result };
    const id = await wire.ask({ type: 'CompleteTask', data });
    expect(await outcomeOf(id)).toMatchObject({ result: 'refused', refused: 'task-unknown' });
  });
});

describe('the analyst as an agent of the house', () => {
  it('is asked about a pair, answers by its fallback, and is trusted less for it', async () => {
    const server = await LlmServer.open();
    server.willAnswer('primary', { status: 500, body: 'out of order' });
    server.willAnswer('fallback', answering());
    const house = await House.open({
      plan: { service: 'analysis', module: (config) => AnalysisModule.for(config) },
      config: {
        ...env.read({}),
        ANALYST_URL: server.url,
        ANALYST_MODEL: 'primary',
        ANALYST_FALLBACK_MODEL: 'fallback',
      },
      schema,
      hears: ['ingestion'],
    });
    const wire = await Wire.to(house);
    try {
      for (const [at, bar] of sp500().slice(0, 220).entries()) {
        const data = closedBar(bar, { backfill: at < 210 });
        const event: BarClosed = {
          type: 'BarClosed',
          data: { ...data, freshness: { ...data.freshness, schedulable: at >= 210 } },
        };
        await house.say('ingestion', data.receivedAt, event);
      }
      await house.quiet();
      const about = { symbol: 'SPX', timeframe: '1d', barOpenAt: null, runId: null, question: null } as const;
      await wire.ask({
        type: 'SubmitTask',
        data: { taskId: 't-1', taskType: 'trading_signal', pair: pairOf('SPX', '1d'), input: about },
      });
      expect(await firstIn(house, 'AgentSignalEmitted')).toMatchObject({
        completedBy: 'llm-analyst',
        confidenceRaw: 0.85,
        confidence: 0.68,
        model: 'fallback',
        degradationReason: 'fallback_model_used',
      });
    } finally {
      await wire.close();
      await house.close();
      await server.close();
    }
  });
});
