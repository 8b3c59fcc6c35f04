import { together } from './in-flight.ts';

describe('statements that were sent together', () => {
  it('are answered in the order in which they were sent', async () => {
    expect(await together([Promise.resolve(1), 'two', Promise.resolve(null)])).toEqual([1, 'two', null]);
  });

  it('tell the failure that came first on the way there, however soon the others come back', async () => {
    let refuse: (why: Error) => void = () => undefined;
    const first = new Promise((_, reject) => {
      refuse = reject;
    });
    const answers = together([first, Promise.reject(new Error('current transaction is aborted'))]);
    refuse(new Error('division by zero'));
    await expect(answers).rejects.toThrow('division by zero');
  });
});
