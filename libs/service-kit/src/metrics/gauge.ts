import { Gauge, type Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

export type GaugeOptions = {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Tells the values of now. What it cannot read is left out: all other numbers are needed most just then. */
  readonly read: (set: (labels: Labels, value: number) => void) => void | Promise<void>;
};

/** Registers a gauge that is read when somebody asks for it, so that it costs nothing else anything. */
export function registerGauge(registry: Registry, { name, help, labelNames, read }: GaugeOptions): void {
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      this.reset();
      const values: { readonly labels: Labels; readonly value: number }[] = [];
      const reading = async (): Promise<void> => {
        await read((labels, value) => values.push({ labels, value }));
      };
      const [answer] = await Promise.allSettled([reading()]);
      if (answer.status === 'fulfilled') for (const { labels, value } of values) this.set(labels, value);
    },
  });
}
