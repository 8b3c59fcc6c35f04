import { randomUUID } from 'node:crypto';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { contractOf, encodeCommand, subjectOf, tenantOf, type AnyCommand } from '@tocsin/contracts';
import { assert, instant } from '@tocsin/domain-kit';

/** Somebody on the wire, as doors and agents are: what they ask is a message, and its outcome a fact. */
export class Wire {
  private constructor(private readonly nats: NatsConnection) {}

  static async to({ natsUrl }: { readonly natsUrl: string }): Promise<Wire> {
    return new Wire(await connect({ servers: natsUrl }));
  }

  /** Publishes a request, and returns its id; once more each time it is called with the same. */
  async ask(command: AnyCommand, id: string = randomUUID(), actor = 'operator:mira'): Promise<string> {
    const { service } = contractOf(command.type);
    assert(service !== '*', 'a request that every service answers is sent to one of them by whoever knows which');
    const tenant = tenantOf(command);
    const named = headers();
    named.set('Nats-Msg-Id', id);
    const about = { id, sender: 'query', tenant, time: instant(Date.now()), actor, expiresAt: null } as const;
    const body = encodeCommand(command, { ...about, correlationId: id, traceparent: null });
    this.nats.publish(subjectOf(command, { service, tenant }), body, { headers: named });
    await this.nats.flush();
    return id;
  }

  close(): Promise<void> {
    return this.nats.close();
  }
}
