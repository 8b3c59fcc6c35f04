import {
  POLICY_DEFAULTS,
  type AnyCommand,
  type AnyEvent,
  type CreateSilence,
  type ReportAlert,
} from '@tocsin/contracts';
import { plusMs } from '@tocsin/domain-kit';
import { Asking1700000000003, EventLog, setUp } from '@tocsin/event-log';
import { House } from '@tocsin/testkit';
import { EscalationModule } from '../src/escalation.module.ts';
import { schema } from '../src/schema.ts';
import { attemptFailed, barMissed, feedAdded, seenAt } from './facts.ts';

const HOUR_MS = 3_600_000;
const ANSWER_WITHIN_MS = 20_000;
const scope = 'pair-EURUSD-15m';

/** Real NATS, real PostgreSQL; a door asks, and hears what became of it. */
describe('what people ask of escalation', () => {
  let house: House;
  let door: EventLog;

  beforeAll(async () => {
    house = await House.open({
      plan: { service: 'escalation', module: (config) => EscalationModule.for(config) },
      config: { EXPECTED_SERVICES: 'ingestion' },
      schema,
      hears: ['ingestion', 'analysis', 'risk', 'governance', 'notification', 'query'],
      plays: ['ingestion'],
    });
    const wiring = house.wiring('query-0');
    const schemas = [{ service: 'query' as const, migrations: [Asking1700000000003] }];
    const { natsUrl, databaseUrl, replicas } = wiring;
    await setUp({ natsUrl, databaseUrl, replicas, schemas, say: () => undefined });
    const body = { apply: () => Promise.resolve() };
    const asks = ['escalation' as const];
    door = new EventLog({ service: 'query', hears: asks, entities: [], locals: [], body, asks }, wiring);
    await door.open([]);
    await house.say('ingestion', seenAt(0), feedAdded());
    await house.quiet();
  });

  afterAll(async () => {
    await door.close();
    await house.close();
  });

  /** Asks, and returns what became of it: the rule that refused it, or the facts that it led to. */
  async function ask(command: AnyCommand, actor = 'dana'): Promise<string | readonly AnyEvent[]> {
    const { request } = await door.ask({ command, actor, key: null, validForMs: ANSWER_WITHIN_MS });
    const outcome = (await door.outcomeOf(request.id, ANSWER_WITHIN_MS))?.outcome;
    if (!outcome) throw new Error(`nobody answered ${command.type}`);
    if (outcome.result === 'refused') return outcome.refused ?? outcome.because ?? '';
    const facts = new Set<string>(outcome.facts);
    return (await house.facts()).filter(({ id }) => facts.has(id));
  }

  it('is a silence, which ends in its time, and is a tenant’s own', async () => {
    const wanted: CreateSilence['data'] = {
      tenant: 'acme',
      silenceId: 's1',
      kind: 'silence',
      matchers: [{ label: 'provider', op: '=~', value: 'kra.*' }],
      from: seenAt(0),
      until: plusMs(seenAt(0), HOUR_MS),
      every: null,
      zone: 'UTC',
      comment: 'Announced.',
    };
    expect(await ask({ type: 'CreateSilence', data: wanted })).toMatchObject([
      { type: 'SilenceCreated', data: { ...wanted, by: 'dana' } },
    ]);
    expect(await ask({ type: 'CreateSilence', data: { ...wanted, until: plusMs(seenAt(0), 31 * 24 * HOUR_MS) } })).toBe(
      'silence-exists',
    );
    expect(await ask({ type: 'ExpireSilence', data: { silenceId: 's1' } })).toBe('silence-unknown');
    const [created] = (await house.facts()).filter(({ type }) => type === 'SilenceCreated');
    expect(created?.tenant).toBe('acme');

    await house.say('ingestion', seenAt(4), barMissed(4, 'GREEN'));
    await house.until('its time has come', async () => (await house.said()).includes('SilenceExpired'));
    expect(await ask({ type: 'ExpireSilence', data: { silenceId: 's1', tenant: 'acme' } })).toBe('silence-over');
  });

  it('is to end an episode, and to say something about it', async () => {
    expect(await ask({ type: 'ResolveEpisode', data: { scope, reason: 'It is none.' } })).toBe('episode-not-open');
    await house.say('ingestion', seenAt(5), attemptFailed(5));
    await house.quiet();
    expect(await ask({ type: 'CommentEpisode', data: { scope, text: 'Whose is it?' } }, 'eli')).toMatchObject([
      { type: 'EpisodeCommented', data: { scope, by: 'eli', text: 'Whose is it?' } },
    ]);
    expect(await ask({ type: 'ResolveEpisode', data: { scope, reason: 'It is none.' } })).toMatchObject([
      { type: 'EpisodeCleared', data: { scope, resolvedBy: 'dana', cause: 'It is none.' } },
    ]);
  });

  it('is another policy, by which the next episode climbs', async () => {
    const { pair, ...rest } = POLICY_DEFAULTS.escalation;
    const patient = { ...rest, pair: { ...pair, warn: { ...pair.warn, failed: 2 } } };
    const change = { tenant: 'shared', kind: 'escalation', reason: 'It fails now and then.' } as const;
    expect(await ask({ type: 'ChangePolicy', data: { ...change, policy: { pair: 'patient' } } })).toBe(
      'policy-invalid',
    );
    expect(await ask({ type: 'ChangePolicy', data: { ...change, policy: patient, basedOn: 0 } })).toMatchObject([
      { type: 'PolicyChanged', data: { policyId: 'shared/escalation', version: 1, policy: patient, by: 'dana' } },
    ]);
    expect(await ask({ type: 'ChangePolicy', data: { ...change, policy: rest, basedOn: 0 } })).toBe('policy-invalid');
    expect(
      await ask({ type: 'ChangePolicy', data: { ...change, policy: POLICY_DEFAULTS.escalation, basedOn: 0 } }),
    ).toBe('policy-changed-meanwhile');

    const raises = async () => (await house.facts()).filter(({ type }) => type === 'EpisodeRaised').length;
    const before = await raises();
    await house.say('ingestion', seenAt(10), attemptFailed(10));
    await house.quiet();
    expect(await raises()).toBe(before);
    await house.stop();
    await house.start();
    await house.say('ingestion', seenAt(11), attemptFailed(11));
    await house.quiet();
    const said = (await house.facts()).findLast(({ type }) => type === 'EpisodeRaised');
    expect(said?.data).toMatchObject({ scope, from: 'INFO', to: 'WARN', policy: { version: 1 } });
  });

  it('is to know of an alert of somebody else, until they say that it is over', async () => {
    const alert: Omit<ReportAlert['data'], 'status'> = {
      fingerprint: 'f1',
      name: 'HighLatency',
      level: 'ERROR',
      summary: 'p99 is 2.1 s.',
      labels: { instance: 'web-1' },
      startsAt: seenAt(11),
      endsAt: null,
      source: 'prometheus',
    };
    expect(await ask({ type: 'ReportAlert', data: { ...alert, status: 'firing' } })).toMatchObject([
      {
        type: 'EpisodeRaised',
        data: { scope: 'alert-f1', to: 'ERROR', labels: { instance: 'web-1' }, policy: { version: 1 } },
      },
    ]);
    expect(await ask({ type: 'ReportAlert', data: { ...alert, status: 'firing' } })).toEqual([]);
    expect(await ask({ type: 'ReportAlert', data: { ...alert, status: 'resolved' } })).toMatchObject([
      { type: 'EpisodeCleared', data: { scope: 'alert-f1', peak: 'ERROR' } },
    ]);
  });
});
