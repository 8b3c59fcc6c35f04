import { SERVICE_ORDER } from './naming.mjs';
import { mapSchemas, ownTypeOf, sharedTypeOf, without } from './schemas.mjs';

const DAY_MS = 86_400_000;

/**
 * What every stream is asked to be. `libs/event-log/src/lane/stream-config.ts` asks for it, and its spec fails when this
 * says anything else.
 */
const STREAM = {
  storage: 'file',
  retention: 'limits',
  discard: 'new',
  max_msg_size: 262_144,
  duplicate_window_ms: 120_000,
  allow_direct: true,
  compression: 's2',
};

/** A beat is no fact: it has no envelope, nobody replays it, and only the newest one of an agent counts. */
const BEAT_CHANNEL = {
  address: 'hb.agent.{agentId}',
  title: 'AgentBeat',
  description: 'An agent lives, and is at work on these leases. To be said every 15 seconds at the latest.',
  messages: { AgentBeat: { $ref: '#/components/messages/AgentBeat' } },
  parameters: { agentId: { description: 'The name under which the agent has registered.' } },
  'x-jetstream': { stream: 'HEARTBEAT' },
};

const BEAT_MESSAGE = {
  name: 'AgentBeat',
  title: 'AgentBeat',
  summary: 'An agent lives, and is at work on these leases.',
  contentType: 'application/json',
  payload: {
    type: 'object',
    required: ['tokens'],
    properties: {
      tokens: {
        type: 'array',
        maxItems: 64,
        items: { type: 'integer', minimum: 1 },
        description: 'The fencing tokens of the leases that the agent is at work on.',
      },
    },
  },
  examples: [{ name: 'at work', payload: { tokens: [41] } }],
};

/** Returns the AsyncAPI 3 document of the house, as seen by somebody who listens to its lanes or asks for something. */
export function asyncApiDocument({ types, envelopes, messages }, { version }) {
  const services = SERVICE_ORDER.filter((service) => messages.some((message) => message.service === service));
  const [factEnvelope, requestEnvelope] = ['FactEnvelope', 'RequestEnvelope'].map((title) =>
    envelopes.find((schema) => schema.title === title),
  );
  const envelopeOf = ({ family }) => (family === 'cmd' ? requestEnvelope : factEnvelope);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tocsin',
      version,
      description:
        'Facts, failures and requests on JetStream. Subjects have six tokens: `<family>.<service>.<tenant>.<entity>.<key>.<event>`. ' +
        'Bodies are CloudEvents 1.0 in structured JSON. A lane (`LOG_<SERVICE>`) has one writer and no holes; its sequence is the position. ' +
        'Streams are compressed where the server is 2.10 or newer.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    servers: {
      local: { host: '127.0.0.1:4222', protocol: 'nats', description: 'The server that `npm start` starts.' },
    },
    channels: { ...byName(messages, (message) => channelOf(message, services)), AgentBeat: BEAT_CHANNEL },
    operations: {
      ...Object.fromEntries(messages.map(operationOf)),
      hearAgentBeat: {
        action: 'receive',
        channel: { $ref: '#/channels/AgentBeat' },
        messages: [{ $ref: '#/channels/AgentBeat/messages/AgentBeat' }],
      },
    },
    components: {
      messages: {
        ...byName(messages, (message) => messageOf(message, envelopeOf(message))),
        AgentBeat: BEAT_MESSAGE,
      },
      schemas: {
        ...Object.fromEntries(Object.entries(types).map(([key, schema]) => [schemaName(key), converted(schema)])),
        ...Object.fromEntries(envelopes.map((schema) => [schema.title, converted(schema)])),
        ...byName(messages, ({ schema }) => converted(schema)),
        Headers: HEADERS,
      },
    },
    'x-jetstream': { streams: services.flatMap((service) => streamsOf(service, messages)) },
  };
}

const byName = (messages, make) => Object.fromEntries(messages.map((message) => [message.name, make(message)]));

function channelOf({ name, family, service, entity, key, address, schema }, services) {
  const parameters = {
    ...(service === '*'
      ? {
          service: {
            description: family === 'cmd' ? 'The service that is asked.' : 'The service that says it.',
            enum: services,
          },
        }
      : {}),
    tenant: { description: 'Whose it is.', default: 'shared', location: '$message.payload#/tenantid' },
    ...(entity === '*'
      ? { entity: { description: 'The type of the entity concerned.', location: '$message.payload#/data/entity' } }
      : {}),
    [key]: { description: `The key: \`${key}\` of the data.`, location: `$message.payload#/data/${key}` },
  };
  const stream = streamName(family, service === '*' ? '{service}' : service);
  return {
    address,
    title: name,
    description: schema.description,
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    parameters,
    'x-jetstream': { stream },
  };
}

const operationOf = ({ name, family }) => [
  `${family === 'cmd' ? 'answer' : 'say'}${name}`,
  {
    action: family === 'cmd' ? 'receive' : 'send',
    channel: { $ref: `#/channels/${name}` },
    messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
  },
];

function messageOf({ name, type, service, entity, schema, ...message }, envelope) {
  return {
    name,
    title: name,
    summary: schema.description.split(/(?<=\.) /)[0],
    contentType: 'application/cloudevents+json',
    headers: { $ref: '#/components/schemas/Headers' },
    payload: {
      allOf: [
        { $ref: `#/components/schemas/${envelope.title}` },
        {
          type: 'object',
          properties: {
            ...(service === '*' || entity === '*' ? {} : { type: { const: type } }),
            dataschema: { const: message.id },
            data: { $ref: `#/components/schemas/${name}` },
          },
        },
      ],
    },
    examples: schema.examples.map((data, index) => ({
      name: `${name}-${index + 1}`,
      payload: exampleOf({ service, entity, type, ...message }, envelope, data),
    })),
  };
}

/** A whole message around an example of its data. */
function exampleOf({ service, entity, type, key, id, family }, envelope, data) {
  const said = entity === '*' ? data.entity : entity;
  const speaker = service === '*' ? 'escalation' : service;
  return {
    ...envelope.examples[0],
    source: family === 'cmd' ? 'tocsin:query' : `tocsin:${speaker}`,
    type: type.replace('{service}', speaker).replace('{entity}', said),
    subject: `${said}/${data[key]}`,
    dataschema: id,
    ...(family === 'cmd' ? {} : { actor: `service:${speaker}` }),
    data,
  };
}

function streamsOf(service, messages) {
  const lane = {
    name: streamName('evt', service),
    subjects: [`evt.${service}.>`, `flt.${service}.>`],
    description: `Everything that ${service} says, in order and for ever.`,
    ...STREAM,
    max_age_ms: 0,
    max_msgs: -1,
    max_bytes: -1,
    deny_delete: true,
    deny_purge: true,
  };
  const requests = {
    name: streamName('cmd', service),
    subjects: [`cmd.${service}.>`],
    description: `Requests to ${service}.`,
    ...STREAM,
    max_age_ms: 7 * DAY_MS,
  };
  return messages.some((message) => message.family === 'cmd' && ['*', service].includes(message.service))
    ? [lane, requests]
    : [lane];
}

const streamName = (family, service) => `${family === 'cmd' ? 'CMD' : 'LOG'}_${service.toUpperCase()}`;

const schemaName = (key) => key[0].toUpperCase() + key.slice(1);

/**
 * A schema as AsyncAPI takes it without naming a format: references into the document, and nothing beside a reference,
 * for there words beside one are not read.
 */
function converted(schema) {
  const own = schema.$defs ?? {};
  return mapSchemas(schema, (sub) => {
    const rest = without(sub, '$schema', '$id', '$defs', '$ref');
    const itsOwn = ownTypeOf(sub);
    if (itsOwn !== undefined) return { ...converted(own[itsOwn]), ...rest };
    const shared = sharedTypeOf(sub);
    if (shared === undefined) return rest;
    const reference = { $ref: `#/components/schemas/${schemaName(shared)}` };
    return Object.keys(rest).length > 0 ? { allOf: [reference], ...rest } : reference;
  });
}

const HEADERS = {
  type: 'object',
  description: 'NATS headers. On a lane all but `traceparent` are always there.',
  properties: {
    'Content-Type': { const: 'application/cloudevents+json' },
    'Nats-Msg-Id': {
      type: 'string',
      description: "`<laneId>:<position>` on a lane, the command's id on a request stream.",
    },
    'Nats-Expected-Last-Sequence': { type: 'string', description: 'The position before this one; only on a lane.' },
    'Tocsin-Chain': {
      type: 'string',
      pattern: '^[0-9a-f]{64}$',
      description: 'sha256 of the chain before, the subject, a zero byte and the body; only on a lane.',
    },
    'ce-id': { type: 'string', description: 'The id of the envelope.' },
    traceparent: { type: 'string', description: 'W3C trace context.' },
  },
};
