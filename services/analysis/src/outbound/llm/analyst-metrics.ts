import { Counter, Gauge, type Registry } from 'prom-client';
import type { ModelStats } from './chat-model.ts';

/** How a breaker's state is a number: the higher, the worse. */
const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Shows how each model is doing and what it has used, read when somebody asks for it. */
export function registerAnalystMetrics(registry: Registry, models: () => readonly ModelStats[]): void {
  const registers = [registry];
  new Gauge({
    name: 'tocsin_circuit_breaker_state',
    help: '0 closed, 1 trying again, 2 open.',
    labelNames: ['target'],
    registers,
    collect() {
      for (const { target, breaker } of models()) this.set({ target }, BREAKER_STATES[breaker]);
    },
  });
  new Counter({
    name: 'tocsin_analyst_calls_total',
    help: 'Questions to a model, by how the call ended; an answer may still be a bad one.',
    labelNames: ['target', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { target, outcomes } of models()) {
        for (const [outcome, count] of Object.entries(outcomes)) this.inc({ target, outcome }, count);
      }
    },
  });
  new Counter({
    name: 'tocsin_analyst_tokens_total',
    help: 'Tokens that a model has used, as its endpoint counted them: what it costs.',
    labelNames: ['target', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { target, tokens } of models()) {
        this.inc({ target, kind: 'prompt' }, tokens.prompt);
        this.inc({ target, kind: 'completion' }, tokens.completion);
      }
    },
  });
}
