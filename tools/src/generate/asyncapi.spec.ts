import { COMMANDS, EVENTS } from '@tocsin/contracts';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { asyncApiDocument, type AsyncApiDocument } from './asyncapi.mjs';
import { readSchemas } from './schemas.mjs';

const ROOT = new URL('../../../', import.meta.url);

describe('the AsyncAPI document', () => {
  let document: AsyncApiDocument;
  beforeAll(async () => {
    document = asyncApiDocument(await readSchemas(new URL('proto-schemas', ROOT).pathname), { version: '0.1.0' });
  });

  it('satisfies the official schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const official = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
    const validate = ajv.compile(official);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('is the one that is published', async () => {
    const published: unknown = JSON.parse(await readFile(new URL('docs/reference/asyncapi.json', ROOT), 'utf8'));
    expect({ ...document, info: {} }).toEqual({ ...(published as object), info: {} });
  });

  it('has a channel and an operation for every message, and for the beats of agents, which are none', () => {
    const names = [...Object.keys(EVENTS), ...Object.keys(COMMANDS), 'AgentBeat'].sort();
    expect(Object.keys(document.channels).sort()).toEqual(names);
    expect(Object.keys(document.components.messages).sort()).toEqual(names);
    const asked = Object.entries(document.operations).filter(([, { action }]) => action === 'receive');
    expect(asked.map(([name]) => name)).toEqual([
      ...Object.keys(COMMANDS).map((name) => `answer${name}`),
      'hearAgentBeat',
    ]);
  });

  it('gives examples that satisfy its own payloads', () => {
    const { messages, schemas } = document.components;
    const ajv = new Ajv2020({ strict: false, allErrors: true, schemas: [{ $id: 'house', components: { schemas } }] });
    addFormats.default(ajv);
    for (const [name, { payload, examples }] of Object.entries(messages)) {
      const text = JSON.stringify(payload).replaceAll('#/components', 'house#/components');
      const validate = ajv.compile(JSON.parse(text) as object);
      for (const example of examples) {
        validate(example.payload);
        expect([name, validate.errors]).toEqual([name, null]);
      }
    }
  });

  it('tells of each lane, and of the requests that every service answers', () => {
    const { streams } = document['x-jetstream'];
    expect(streams.map(({ name, subjects }) => [name, subjects])).toEqual([
      ['LOG_INGESTION', ['evt.ingestion.>', 'flt.ingestion.>']],
      ['CMD_INGESTION', ['cmd.ingestion.>']],
      ['LOG_ANALYSIS', ['evt.analysis.>', 'flt.analysis.>']],
      ['CMD_ANALYSIS', ['cmd.analysis.>']],
      ['LOG_RISK', ['evt.risk.>', 'flt.risk.>']],
      ['CMD_RISK', ['cmd.risk.>']],
      ['LOG_GOVERNANCE', ['evt.governance.>', 'flt.governance.>']],
      ['CMD_GOVERNANCE', ['cmd.governance.>']],
      ['LOG_ESCALATION', ['evt.escalation.>', 'flt.escalation.>']],
      ['CMD_ESCALATION', ['cmd.escalation.>']],
      ['LOG_NOTIFICATION', ['evt.notification.>', 'flt.notification.>']],
      ['CMD_NOTIFICATION', ['cmd.notification.>']],
      ['LOG_QUERY', ['evt.query.>', 'flt.query.>']],
      ['CMD_QUERY', ['cmd.query.>']],
    ]);
  });
});
