import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlayedApi } from '../test/played-api.ts';

describe('tocsin notifications simulate', () => {
  let api: PlayedApi;
  let directory: string;
  let words: readonly string[];
  beforeEach(async () => {
    api = await PlayedApi.open();
    directory = await mkdtemp(join(tmpdir(), 'tocsin-cli-'));
    const file = join(directory, 'routing.json');
    await writeFile(file, '{"routes":{}}');
    words = [
      'notifications',
      'simulate',
      '--policy',
      file,
      '--from',
      '2008-09-01T00:00:00Z',
      '--to',
      '2009-01-01T00:00:00Z',
    ];
  });
  afterEach(async () => {
    await api.close();
    await rm(directory, { recursive: true });
  });

  const asked = { id: 'r', status: 'done', simulation_id: 'sim', log_position: 'LOG_NOTIFICATION:7' };
  const result = {
    ...{ episodes: 3, never_told: 1, simulated: 2, sent: 4, letters_left_out: 1 },
    counts: [{ channel_id: 'ops-log', kind: 'escalation', level: 'WARN', simulated: 2, sent: 4 }],
    letters: [
      { at: '2008-10-10T16:00:00.000Z', channel_id: 'ops-log', level: 'WARN', episodes: 2, title: 'WARN: SPX' },
    ],
  };

  it('waits until it is known, and tells what would have been sent beside what was', async () => {
    api.answer('POST /api/simulations', asked);
    api.answer('GET /api/simulations/sim', { simulation_id: 'sim', status: 'running' });
    api.answer('GET /api/simulations/sim', { simulation_id: 'sim', status: 'completed', result });
    expect(await api.tocsin(words)).toEqual({
      ...{ code: 0, err: [] },
      out: [
        '2 messages would have been sent, 4 were; 3 episodes, 1 never told',
        '  CHANNEL  KIND        LEVEL  WOULD  DID',
        '  ops-log  escalation  WARN   2      4',
        '',
        '  AT                    CHANNEL  LEVEL  EPISODES  TITLE',
        '  2008-10-10 16:00:00Z  ops-log  WARN   2         WARN: SPX',
        '  … and 1 more',
      ],
    });
    expect(api.heard[0]?.body).toEqual({
      ...{ policy: { routes: {} }, from: '2008-09-01T00:00:00.000Z', to: '2009-01-01T00:00:00.000Z' },
    });
    expect(api.heard[1]?.url).toBe('/api/simulations/sim?atLeast=LOG_NOTIFICATION%3A7');
  });

  it('says why nobody can tell, and what was typed wrongly', async () => {
    api.answer('POST /api/simulations', asked);
    api.answer('GET /api/simulations/sim', { simulation_id: 'sim', status: 'failed', because: 'It is too long.' });
    expect(await api.tocsin(words)).toMatchObject({ code: 4, err: ['tocsin: It is too long.'] });
    const other = (flag: string, value: string) => words.map((word, at) => (words[at - 1] === flag ? value : word));
    expect((await api.tocsin(other('--from', 'yesterday'))).code).toBe(2);
    expect((await api.tocsin(other('--policy', join(directory, 'nothing.json')))).code).toBe(2);
    expect(api.heard).toHaveLength(2);
  });
});
