import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differing, write } from './outputs.mjs';

const outputs = [
  { path: 'a/one.txt', text: 'one\n' },
  { path: 'two.txt', text: 'two\n' },
];

describe('what is generated', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tocsin-outputs-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is written where it is missing, and not touched again', async () => {
    expect(await write(root, outputs)).toEqual(['a/one.txt', 'two.txt']);
    expect(await readFile(join(root, 'a/one.txt'), 'utf8')).toBe('one\n');
    expect(await write(root, outputs)).toEqual([]);
  });

  it('is told apart from what somebody edited by hand', async () => {
    await write(root, outputs);
    await writeFile(join(root, 'two.txt'), 'three\n');
    expect(await differing(root, outputs)).toEqual([{ path: 'two.txt', text: 'two\n' }]);
  });
});
