import type { Recorded } from '@tocsin/contracts';
import type { Local, LocalModel } from '@tocsin/event-log';
import {
  AGENT,
  agentGranted,
  agentLost,
  agentRegistered,
  agentRestored,
  agentRetired,
  agentReturned,
  agentTripped,
  taskLeased,
  taskUnroutable,
} from '../../test/agent-facts.ts';
import { recorded } from '../../test/facts.ts';
import type { PoolRecord } from '../domain/agent-health.ts';
import { AgentController } from './agent.controller.ts';
import { poolRecords, type PoolFact } from './pool-record.model.ts';
import { episodeIdOf } from './scope.ts';

const controller = new AgentController();
const scope = `agent-${AGENT}`;

/** What is asked for after each fact that is told. */
function asked(...facts: readonly PoolFact[]) {
  let record: PoolRecord | undefined;
  const local: Local = {
    get: <Value>(model: LocalModel<Value>, key: string) =>
      Object.is(model, poolRecords) && key === 'shared' ? (record as Value | undefined) : undefined,
  };
  return facts.flatMap((fact, index) => {
    const heard: Recorded<PoolFact> = recorded(fact, { id: `${fact.type}-${index}`, service: 'analysis' });
    record = poolRecords.fold(record, heard);
    switch (heard.type) {
      case 'AgentRegistered':
      case 'AgentGranted':
      case 'TaskLeased':
        return [];
      case 'TaskUnroutable':
        return controller.onTaskUnroutable(heard, local);
      case 'AgentLost':
      case 'AgentReturned':
      case 'AgentRetired':
      case 'AgentTripped':
      case 'AgentRestored':
        return controller.onAgentFact(heard, local);
    }
  });
}

const told = (...facts: readonly PoolFact[]): readonly unknown[] =>
  asked(...facts).map(({ key, command: { type, data } }) => [key, type, (data as { readonly level: string }).level]);

const here = [agentGranted(), agentRegistered()];

describe('an agent', () => {
  it.each(['constructor', '__proto__'])('may be called %s, for names are what somebody else chooses', (agentId) => {
    const facts = [agentRegistered(agentId), taskUnroutable(), agentLost(agentId)];
    expect(told(...facts)).toContainEqual([`agent-${agentId}`, 'ObserveHealth', 'WARN']);
  });

  it('that is lost is at WARN, and its episode says since when and what it had', () => {
    expect(asked(...here, agentLost())).toMatchObject([
      {
        key: scope,
        command: {
          type: 'ObserveHealth',
          data: {
            ...{ scope, scopeKind: 'agent', simulated: false, subject: { agent: AGENT }, level: 'WARN' },
            cause: 'Not heard of for 45 s; its task went to others.',
            causeEventIds: ['AgentLost-2'],
            episodeId: episodeIdOf(scope, 'AgentLost-2'),
          },
        },
      },
    ]);
  });

  it('is well again when it returns, and when it leaves', () => {
    for (const end of [agentReturned(), agentRetired()])
      expect(told(...here, agentLost(), end)).toEqual([
        [scope, 'ObserveHealth', 'WARN'],
        [scope, 'ObserveHealth', 'INFO'],
      ]);
  });

  it('that was lost is at ERROR once something waits that it alone could do', () => {
    expect(told(...here, agentLost(), taskUnroutable())).toEqual([
      [scope, 'ObserveHealth', 'WARN'],
      [scope, 'ReportAilment', 'ERROR'],
    ]);
    expect(told(...here, taskUnroutable())).toEqual([]);
    expect(told(...here, agentLost(), taskUnroutable(), agentReturned()).at(-1)).toEqual([
      ...[scope, 'ObserveHealth', 'INFO'],
    ]);
  });

  it('is not missed for what it could or might not do', () => {
    expect(told(agentRegistered(), agentLost(), taskUnroutable())).toHaveLength(1);
    expect(told(agentGranted(), agentLost(), taskUnroutable())).toEqual([[scope, 'ObserveHealth', 'INFO']]);
  });

  it('is not missed for what others can do again', () => {
    const others = [agentGranted('agent-8'), agentRegistered('agent-8')];
    expect(told(...here, taskUnroutable(), ...others, taskLeased(), agentLost())).toEqual([
      [scope, 'ObserveHealth', 'WARN'],
    ]);
  });

  it('that failed too often is at WARN until it has done a task of every such type', () => {
    expect(
      told(
        ...here,
        ...[agentTripped('trading_signal'), agentTripped('trading_analysis')],
        ...[agentRestored('trading_signal'), agentRestored('trading_analysis')],
      ),
    ).toEqual([
      [scope, 'ObserveHealth', 'WARN'],
      [scope, 'ObserveHealth', 'WARN'],
      [scope, 'ObserveHealth', 'WARN'],
      [scope, 'ObserveHealth', 'INFO'],
    ]);
  });

  it('that comes back after it left begins anew, with the rights that it had', () => {
    expect(told(...here, agentTripped(), agentRetired(), agentRegistered(), agentLost()).slice(-1)).toEqual([
      [scope, 'ObserveHealth', 'WARN'],
    ]);
    expect(told(...here, agentRetired(), agentRegistered(), agentLost(), taskUnroutable()).at(-1)).toEqual([
      ...[scope, 'ReportAilment', 'ERROR'],
    ]);
  });
});
