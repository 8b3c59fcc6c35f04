import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Inbox } from './inbox.ts';
import { isAuthentic } from './signature.ts';

/** As much as our own API would take. */
const BODY_BYTES_MAX = 1024 * 1024;
const SHOWN = 50;

/** Receives webhooks as a customer's server would, and shows whoever asks what came in on both channels. */
export function createHttpSink(inbox: Inbox, secret: string): Server {
  return createServer((request, response) => {
    answer(request, inbox, secret).then(
      (given) => {
        give(response, given);
      },
      (error: unknown) => {
        give(response, json(400, { because: error instanceof Error ? error.message : 'the request broke off' }));
      },
    );
  });
}

type Answer = { readonly status: number; readonly type: string; readonly body: string };

const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

async function answer(request: IncomingMessage, inbox: Inbox, secret: string): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://sink');
  switch (`${request.method ?? ''} ${pathname}`) {
    case 'POST /webhook':
      return receive(request, await bodyOf(request), inbox, secret);
    case 'GET /deliveries':
      return json(200, { webhook: inbox.tally('webhook'), email: inbox.tally('email') });
    case 'GET /newest':
      return json(200, inbox.newest(SHOWN));
    case 'GET /':
      return { status: 200, type: 'text/plain; charset=utf-8', body: page(inbox) };
    default:
      return json(404, { because: 'here are POST /webhook, GET /, GET /deliveries and GET /newest' });
  }
}

/** What is not signed is refused, as a customer would; it is shown all the same, because here it is a finding. */
function receive(request: IncomingMessage, body: string, inbox: Inbox, secret: string): Answer {
  const header = (name: string): string => String(request.headers[name] ?? '');
  const id = header('webhook-id');
  const signed = { id, timestamp: header('webhook-timestamp'), signatures: header('webhook-signature') };
  const authentic = isAuthentic(body, signed, secret, Date.now() / 1_000);
  inbox.receive({
    channel: 'webhook',
    notificationId: id === '' ? null : id,
    ...wordsOf(body),
    isAuthentic: authentic,
    arrivedAt: new Date().toISOString(),
  });
  return authentic ? json(200, { received: id }) : json(401, { because: 'the signature is not right' });
}

function wordsOf(body: string): { title: string; text: string } {
  try {
    const { data } = JSON.parse(body) as { data?: { title?: string; text?: string } };
    return { title: data?.title ?? '(no title)', text: data?.text ?? '' };
  } catch {
    return { title: '(no JSON)', text: body.slice(0, 200) };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part as Uint8Array);
    length += bytes.length;
    if (length > BODY_BYTES_MAX) throw new RangeError(`a body has at most ${BODY_BYTES_MAX} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

const give = (response: ServerResponse, { status, type, body }: Answer): void => {
  response.writeHead(status, { 'content-type': type }).end(body);
};

function page(inbox: Inbox): string {
  const [webhook, email] = [inbox.tally('webhook'), inbox.tally('email')];
  const lines = inbox
    .newest(SHOWN)
    .map(({ arrivedAt, channel, title, text }) => `${arrivedAt}  ${channel.padEnd(7)}  ${title}\n    ${text}\n`);
  return [
    'What would have been sent. Nothing left this machine.',
    `webhook: ${webhook.distinct} messages in ${webhook.arrivals} arrivals; email: ${email.distinct} in ${email.arrivals}.`,
    '',
    ...lines,
  ].join('\n');
}
