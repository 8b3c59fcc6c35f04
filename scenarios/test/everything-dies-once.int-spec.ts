import type { ChildProcess } from 'node:child_process';
import { verifyStack } from '@tocsin/tools/verify';
import { RunningHouse } from '../src/running-house.ts';

type Listed<Item> = { readonly items: readonly Item[] };
type Notification = {
  readonly notification_id: string;
  readonly channel_kind: string;
  readonly level: string;
  readonly status: string;
};
type Episode = { readonly scope: string; readonly status: string; readonly level: string; readonly peak: string };
type Status = { readonly pairs: readonly { readonly symbol: string; readonly ingested_ok: number }[] };

/** Slow enough that the alarms of the simulated fortnight rise while services die. */
const INSTANTS_PER_SECOND = 60;

const SILENCE_ANNOUNCED_WITHIN_MS = 60_000;

/** A lease that its agent never heard of ends after a minute; two of them may follow each other. */
const TASKS_DONE_WITHIN_MS = 180_000;

describe('a house in which everything dies once', () => {
  let house: RunningHouse;
  beforeAll(async () => {
    house = await RunningHouse.open(INSTANTS_PER_SECOND);
  }, 120_000);
  afterAll(() => house.close(), 60_000);

  const episodes = async () => (await house.ask<Listed<Episode>>('/api/escalations?limit=500')).items;
  const notifications = async () => (await house.ask<Listed<Notification>>('/api/notifications?limit=500')).items;
  const eurusdBars = async () =>
    (await house.ask<Status>('/api/ingestion/status')).pairs.find(({ symbol }) => symbol === 'EURUSD')?.ingested_ok ??
    0;

  let agent: ChildProcess | null = null;
  let asked = 0;
  afterAll(() => agent?.kill('SIGKILL'));

  /** Asks until it is answered, which it is once: the key is the same. */
  async function told(path: string, body: object): Promise<void> {
    asked += 1;
    const key = `request-${asked}`;
    await house.until(`${path} is asked for`, async () => {
      await house.tell(path, body, key);
      return true;
    });
  }

  let tasks = 0;
  const taskIsAskedFor = async () => {
    tasks += 1;
    await told('/api/tasks', { type: 'trading_analysis', symbol: 'EURUSD', timeframe: '15m' });
  };
  const tasksBy = async (status: string) =>
    (await house.ask<Listed<{ readonly task_id: string }>>(`/api/tasks?status=${status}&limit=500`)).items;

  it('loses nothing, doubles nothing, and goes on by itself', async () => {
    await house.until('the simulated fortnight has begun', async () => (await eurusdBars()) > 0, 120_000);
    agent = house.runAgent('agent-7');
    await told('/api/agents/agent-7/grants', { capabilities: ['sovereign_access', 'trading_analysis'] });
    for (const service of ['query', 'ingestion', 'analysis', 'escalation', 'notification'] as const) {
      await taskIsAskedFor();
      await house.kill(service);
    }
    await taskIsAskedFor();
    await house.killNats();
    for (const service of ['ingestion', 'escalation', 'analysis'] as const) {
      await taskIsAskedFor();
      await house.killBetweenPublishAndRecord(service);
    }

    await Promise.all([house.beats('escalation'), house.beats('analysis')]);
    house.signal('analysis', 'SIGSTOP');
    await house.until(
      'the silence of analysis is announced',
      async () => (await episodes()).some(({ scope, level }) => scope === 'service-analysis' && level !== 'INFO'),
      SILENCE_ANNOUNCED_WITHIN_MS,
    );
    house.signal('analysis', 'SIGCONT');
    await house.until('its return is announced', async () =>
      (await episodes()).some(({ scope, status }) => scope === 'service-analysis' && status === 'cleared'),
    );

    await house.until(
      'an alarm has climbed to the top and cleared',
      async () => {
        const alarms = (await episodes()).filter(({ scope }) => scope === 'pair-EURUSD-15m');
        if (alarms.some(({ peak, status }) => peak === 'CRITICAL' && status === 'cleared')) return true;
        throw new Error(`The alarms so far: ${JSON.stringify(alarms)}`);
      },
      120_000,
    );
    await house.until('every notification has its outcome', async () => {
      const known = await notifications();
      return known.length > 0 && known.every(({ status }) => !['intended', 'retrying'].includes(status));
    });
    await house.until(
      'every task is done',
      async () => (await tasksBy('completed')).length === tasks,
      TASKS_DONE_WITHIN_MS,
    );
    const settled = await notifications();
    await house.stop();
    const notices = await house.intendedDeliveries();

    const analysed = await house.journal('analysis');
    const taskIds = (name: 'TaskCompleted' | 'AgentSignalEmitted') =>
      analysed.flatMap((fact) => (fact.type === name ? [fact.data.taskId] : []));
    expect(new Set(taskIds('TaskCompleted')).size).toBe(tasks);
    expect(taskIds('TaskCompleted')).toHaveLength(tasks); // One applied result, wherever it was killed.
    expect([...taskIds('AgentSignalEmitted')].sort()).toEqual([...taskIds('TaskCompleted')].sort());

    for (const kind of ['webhook', 'email']) {
      const arrived = house.arrivals(kind);
      const intended = notices.filter(({ channelKind }) => channelKind === kind);
      // What was gathered is told by the digest that it went into, and what was withdrawn needs nobody any more.
      const urgent = settled.filter(
        ({ channel_kind, level, status }) =>
          channel_kind === kind && ['ERROR', 'CRITICAL'].includes(level) && !['gathered', 'withdrawn'].includes(status),
      );
      expect(urgent.filter(({ notification_id }) => !arrived.includes(notification_id))).toEqual([]);
      const others = intended.filter(({ level }) => ['INFO', 'WARN'].includes(level));
      const repeated = others.filter(({ notificationId }) => arrived.filter((id) => id === notificationId).length > 1);
      expect(repeated).toEqual([]);
      expect(arrived.filter((id) => !intended.some(({ notificationId }) => notificationId === id))).toEqual([]);
    }
    const verification = await verifyStack(house.natsUrl, house.databaseUrl);
    expect(verification.findings).toEqual([]);
    expect(verification.events).toBeGreaterThan(1_000);
    expect(verification.entities).toBeGreaterThan(3);
  }, 540_000);
});
