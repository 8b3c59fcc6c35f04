import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';

/** A message as a hand-written loop sees it. */
export type Pulled = {
  readonly sequence: number;
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly body: Uint8Array;
};

const BATCH = 500;
const PULLS_AHEAD = 3;
const NANOS_PER_MS = 1_000_000;
const EXPIRES_MS = 30_000;

/**
 * The loop that a person would write by hand to read a stream fast: an ephemeral consumer without acknowledgements, one
 * inbox, and a few pulls asked for ahead. Hands over `count` messages as they arrive.
 */
export async function pullAll(
  nats: NatsConnection,
  stream: string,
  count: number,
  onMessage: (message: Pulled) => void,
): Promise<void> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const { name } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    mem_storage: true,
    inactive_threshold: EXPIRES_MS * NANOS_PER_MS,
  });
  const inbox = createInbox();
  const request = JSON.stringify({ batch: BATCH, expires: EXPIRES_MS * NANOS_PER_MS });
  const pull = () => {
    nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, request, { reply: inbox });
  };
  let handed = 0;
  let finish: (error: Error | null) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => {
      if (error === null) resolve();
      else reject(error);
    };
  });
  const subscription = nats.subscribe(inbox, {
    callback: (error, { subject, reply = '', headers, data }) => {
      if (error) finish(error);
      if (error || (headers?.code ?? 0) > 0 || handed === count) return;
      try {
        onMessage({ sequence: Number(reply.split('.')[5]), subject, headers, body: data });
      } catch (wrong) {
        finish(wrong instanceof Error ? wrong : new TypeError('what was thrown is no error'));
      }
      handed += 1;
      if (handed % BATCH === 0) pull();
      if (handed === count) finish(null);
    },
  });
  for (let ahead = 0; ahead < PULLS_AHEAD; ahead += 1) pull();
  try {
    await finished;
  } finally {
    subscription.unsubscribe();
    await manager.consumers.delete(stream, name);
  }
}
