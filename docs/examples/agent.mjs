// An agent that thinks for nobody: it takes tasks, answers HOLD, and shows all that an agent has to do.
// NATS_URL=nats://127.0.0.1:4222 AGENT_ID=agent-7 node docs/examples/agent.mjs
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, headers } from '@nats-io/transport-node';

const { NATS_URL = 'nats://127.0.0.1:4222', AGENT_ID = 'agent-7' } = process.env;
const nats = await connect({ servers: NATS_URL, name: AGENT_ID, maxReconnectAttempts: -1 });
const asked = new Set();
const outcomes = new Map();
const atWork = new Set();

/** Asks until the outcome is heard: it says that the answer is committed, which an acknowledgement does not. */
async function ask(verb, entity, data) {
  const [id, at] = [randomUUID(), new Date().toISOString()];
  const request = {
    specversion: '1.0',
    id,
    source: 'tocsin:agent',
    type: `tocsin.analysis.${entity}.${verb}.v1`,
    subject: `${entity}/${AGENT_ID}`,
    time: at,
    datacontenttype: 'application/json',
    dataschema: `tocsin:analysis/${verb}-${entity}/1`,
    tenantid: 'shared',
    correlationid: id,
    actor: `agent:${AGENT_ID}`,
    recordedtime: at,
    data: { agentId: AGENT_ID, ...data },
  };
  const named = headers();
  named.set('Nats-Msg-Id', id);
  asked.add(id);
  while (!outcomes.has(id)) {
    nats.publish(`cmd.analysis.shared.${entity}.${AGENT_ID}.${verb}`, JSON.stringify(request), { headers: named });
    for (let wait = 0; wait < 20 && !outcomes.has(id); wait += 1) await pause(100);
  }
  const outcome = outcomes.get(id);
  outcomes.delete(id);
  asked.delete(id);
  console.log(verb, outcome.result, outcome.because ?? '');
}

nats.subscribe('evt.analysis.shared.*.*.command-handled', {
  callback: (_error, message) => {
    const { commandId, ...outcome } = message.json().data;
    if (asked.has(commandId)) outcomes.set(commandId, outcome);
  },
});

nats.subscribe(`evt.analysis.shared.task.${AGENT_ID}.leased`, {
  callback: (_error, message) => void work(message.json().data),
});

async function work({ taskId, fencingToken, input }) {
  atWork.add(fencingToken);
  const reasoning = `Nobody has looked at ${input.symbol}.`;
  const result = {
    signal: 'HOLD',
    confidenceRaw: 0.5,
    riskScore: 0.5,
    reasoning,
    model: 'example-1',
    fallbackUsed: false,
    rawContentDigest: createHash('sha256').update(reasoning).digest('hex'),
    wyckoffPhase: null,
    leftOut: [],
    analyzedAt: new Date().toISOString(),
  };
  await ask('complete', 'task', { taskId, fencingToken, result });
  atWork.delete(fencingToken);
}

const beat = () => nats.publish(`hb.agent.${AGENT_ID}`, JSON.stringify({ tokens: [...atWork] }));
setInterval(beat, 15_000);
const capabilities = { sovereign_access: true, trading_analysis: true };
await ask('register', 'agent', { capabilities, parallelMax: 2, instance: randomUUID() });
beat();
