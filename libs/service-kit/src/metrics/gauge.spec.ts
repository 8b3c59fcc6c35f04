import { Registry } from 'prom-client';
import { registerGauge } from './gauge.ts';

describe('a gauge', () => {
  const options = { help: 'How many.', labelNames: ['of'] };

  it('shows what is read when it is asked for, and forgets what was', async () => {
    const registry = new Registry();
    const counts = new Map([['apples', 3]]);
    registerGauge(registry, {
      ...options,
      name: 'fruit',
      read: async (set) => {
        await Promise.resolve();
        for (const [of, count] of counts) set({ of }, count);
      },
    });
    expect(await registry.metrics()).toContain('fruit{of="apples"} 3');
    counts.clear();
    counts.set('pears', 1);
    expect(await registry.metrics()).toContain('fruit{of="pears"} 1');
    expect(await registry.metrics()).not.toContain('apples');
  });

  it('leaves out what cannot be read, and nothing else', async () => {
    const registry = new Registry();
    registerGauge(registry, {
      ...options,
      name: 'fruit',
      read: (set) => {
        set({ of: 'apples' }, 3);
        return Promise.reject(new Error('the orchard is closed'));
      },
    });
    registerGauge(registry, {
      ...options,
      name: 'trees',
      read: (set) => {
        set({ of: 'oak' }, 2);
      },
    });
    const text = await registry.metrics();
    expect(text).toContain('trees{of="oak"} 2');
    expect(text).not.toContain('apples');
  });
});
