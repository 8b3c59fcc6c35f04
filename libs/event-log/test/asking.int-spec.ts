import { decodeEvent, type AcknowledgeEpisode, type CommandHandled, type Recorded } from '@tocsin/contracts';
import { ContractViolation } from '@tocsin/domain-kit';
import type { Asked, EventLog, KnownRequest, Question } from '../src/index.ts';
import { askerSchemas, openAsker } from './asker.ts';
import { Ground, tick } from './ground.ts';
import { openTally } from './tally.ts';
import { until } from './until.ts';

const OUTCOME_WITHIN_MS = 10_000;

/** Real nats-server, real PostgreSQL: a service asks another for something, and hears what became of it. */
describe('a request to another service', () => {
  let ground: Ground;
  let asker: EventLog;
  let tallying: EventLog;
  beforeEach(async () => {
    ground = await Ground.open(askerSchemas);
    const speaker = await ground.speaker();
    tallying = await openTally(ground);
    asker = await openAsker(ground);
    await speaker.perform([tick(1)]);
    await until('there is something to acknowledge', async () => (await said()).includes('VerdictCounted'));
  });
  afterEach(() => ground.close());

  const acknowledge = (reason: string, scope = 'service-virtual'): AcknowledgeEpisode => ({
    type: 'AcknowledgeEpisode',
    data: { scope, reason },
  });
  const ask = async (command: AcknowledgeEpisode, more: Partial<Question> = {}, log = asker): Promise<KnownRequest> => {
    const asked = await log.ask({ command, actor: 'person:dana', key: null, validForMs: 60_000, ...more });
    expect(asked.kind).toBe('asked');
    return asked.request;
  };
  const ended = async ({ id }: KnownRequest, log = asker): Promise<KnownRequest['outcome']> => {
    const request = await log.outcomeOf(id, OUTCOME_WITHIN_MS);
    return request?.outcome ?? null;
  };
  const facts = async () => {
    const { rows } = await ground
      .database('escalation')
      .query<{ body: Buffer }>('SELECT body FROM journal ORDER BY position NULLS LAST, insert_id');
    return rows.map(({ body }, index) => decodeEvent(body, { lane: 'escalation', position: index + 1 }));
  };
  const said = async () => (await facts()).map(({ type }) => type);
  const handled = async (): Promise<readonly Recorded<CommandHandled>[]> =>
    (await facts()).flatMap((fact) => (fact.type === 'CommandHandled' ? [fact] : []));
  /** The server comes back without a single request, as it may after a power cut: not even their ids are known to it. */
  const loseRequests = async (): Promise<void> => {
    const { manager } = await ground.manager();
    await manager.streams.delete('CMD_ESCALATION');
    await ground.setUp(askerSchemas);
  };
  const row = async (id: string) => {
    const { rows } = await ground
      .database('query')
      .query<{ publishes: number; next_publish_at: string | null }>(
        'SELECT publishes, next_publish_at FROM request WHERE id = $1',
        [id],
      );
    return rows[0];
  };

  it('ends with what it led to and where that is said, and is not sent any more', async () => {
    const request = await ask(acknowledge('I am on it.'));
    const outcome = await ended(request);

    const [, acknowledged, answer] = await facts();
    expect(acknowledged).toMatchObject({ type: 'EpisodeAcknowledged', data: { by: 'person:dana' } });
    expect(answer).toMatchObject({ type: 'CommandHandled', correlationId: request.id, causationId: request.id });
    expect(outcome).toEqual({ result: 'done', facts: [acknowledged?.id], lane: 'LOG_ESCALATION', position: 3 });
    expect(await row(request.id)).toMatchObject({ next_publish_at: null });
  });

  it('ends with the name of the rule that says no', async () => {
    expect(await ended(await ask(acknowledge('Who?', 'service-unknown')))).toEqual({
      result: 'refused',
      refused: 'nothing-counted',
      because: 'There is nothing to acknowledge.',
      facts: [],
      lane: 'LOG_ESCALATION',
      position: 2,
    });
  });

  it('is one request under one key, and never another', async () => {
    const again = (reason: string): Promise<Asked> =>
      asker.ask({ command: acknowledge(reason), actor: 'person:dana', key: 'k-1', validForMs: 60_000 });
    const asked = await Promise.all([again('Mine.'), again('Mine.'), again('Mine.')]);
    const [first] = asked;
    expect(asked.map(({ kind, request }) => [kind, request.id])).toEqual(
      Array.from({ length: 3 }, () => ['asked', first.request.id]),
    );
    await ended(first.request);
    expect(await again('Mine.')).toMatchObject({ kind: 'asked', request: { outcome: { result: 'done' } } });
    expect(await again('Yours.')).toMatchObject({ kind: 'key-taken', request: { id: first.request.id } });
    const byKim = { command: acknowledge('Yours.'), actor: 'person:kim', key: 'k-1', validForMs: 60_000 };
    expect((await asker.ask(byKim)).request.id).not.toBe(first.request.id);
    expect((await handled()).filter(({ data }) => data.commandId === first.request.id)).toHaveLength(1);
  });

  it('is refused before anything is written where it is not as it must be', async () => {
    await expect(ask(acknowledge('a\u0000b'))).rejects.toBeInstanceOf(ContractViolation);
    const { rows } = await ground.database('query').query('SELECT FROM request');
    expect(rows).toEqual([]);
  });

  it('waits for a service that is down, and is done once when it is back', async () => {
    await tallying.close();
    const request = await ask(acknowledge('Whenever you are up.'));
    expect(await asker.outcomeOf(request.id, 200)).toBeNull();
    expect(await asker.findRequest(request.id)).toMatchObject({ outcome: null });
    const { manager } = await ground.manager();
    await until('it was published', async () => (await manager.streams.info('CMD_ESCALATION')).state.messages > 0);
    await loseRequests();
    tallying = await openTally(ground);
    expect(await ended(request)).toMatchObject({ result: 'done' });
    expect(await handled()).toHaveLength(1);
  });

  it('waits for a nats-server that is down, even when the asker dies meanwhile, and is done once', async () => {
    await ground.nats.kill();
    const request = await ask(acknowledge('The log is down.'));
    expect(await asker.outcomeOf(request.id, 200)).toBeNull();
    await asker.close();
    await ground.restartNats();
    const successor = await openAsker(ground, 'query-1');
    expect(await ended(request, successor)).toMatchObject({ result: 'done' });
    expect(await handled()).toHaveLength(1);
  });

  it('is handled in the order of asking, though many waited for the log together', async () => {
    await ground.nats.kill();
    const requests: KnownRequest[] = [];
    for (let number = 0; number < 20; number += 1) requests.push(await ask(acknowledge(`Request ${number}.`)));
    await asker.close();
    // In the table they lie in whatever order.
    await ground
      .database('query')
      .query(`UPDATE request SET next_publish_at = now(), asked_at = now() - random() * interval '1 min'`);
    const { rows } = await ground.database('query').query<{ id: string }>('SELECT id FROM request ORDER BY asked_at');
    await ground.restartNats();
    const successor = await openAsker(ground, 'query-1');
    for (const request of requests) await ended(request, successor);
    expect((await handled()).map(({ data }) => data.commandId)).toEqual(rows.map(({ id }) => id));
  });

  it('is written down while another service does not answer', async () => {
    await ground.database('query').query(
      `INSERT INTO request (id, service, command, subject, body, digest, asked_at, expires_at, next_publish_at)
       SELECT 'r' || n, 'ingestion', 'PauseFeed', 's', '', '', now(), now() + interval '1 h', now() + interval '1 h'
       FROM generate_series(1, 1000) n`,
    );
    expect(await ended(await ask(acknowledge('You do answer.')))).toMatchObject({ result: 'done' });
  });

  it('is handled once, however often and by however many instances it is published', async () => {
    const standby = await openAsker(ground, 'query-1');
    const requests = await Promise.all(
      Array.from({ length: 40 }, (_, number) =>
        ask(acknowledge(`Request ${number}.`), {}, number % 2 === 0 ? asker : standby),
      ),
    );
    const outcomes = await Promise.all(requests.map((request) => ended(request, standby)));
    expect(outcomes.map((outcome) => outcome?.result)).toEqual(requests.map(() => 'done'));
    await loseRequests();
    await ground.database('query').query('UPDATE request SET outcome = NULL, next_publish_at = now()');
    await until('all were published again', async () => {
      const { rows } = await ground.database('query').query('SELECT FROM request WHERE publishes > 1');
      return rows.length === requests.length;
    });
    // One more, so that everything before it was looked at.
    await ended(await ask(acknowledge('The last one.')));
    expect((await handled()).map(({ data }) => data.commandId).toSorted()).toHaveLength(requests.length + 1);
    expect(new Set((await handled()).map(({ data }) => data.commandId)).size).toBe(requests.length + 1);
  });

  it('whose time is over is refused, and is not sent any more', async () => {
    await tallying.close();
    const request = await ask(acknowledge('Now or never.'), { validForMs: 200 });
    const { manager } = await ground.manager();
    await until('it was published', async () => (await manager.streams.info('CMD_ESCALATION')).state.messages > 0);
    await until('its time is over', () => new Date().toISOString() > request.expiresAt);
    tallying = await openTally(ground);
    expect(await ended(request)).toMatchObject({ result: 'refused', refused: 'command-expired' });
    expect(await row(request.id)).toEqual({ publishes: 1, next_publish_at: null });
  });
});
