import { mkdirSync } from 'node:fs';
import { apiOf, planServices, planSinks, SERVICES, SINKS, takePorts } from './house.mjs';
import { startInfra } from './infra.mjs';
import { SECRETS } from './paths.mjs';
import { portsFrom } from './ports.mjs';
import { writeRun } from './run-file.mjs';
import { CannotStart } from './say.mjs';
import { Supervisor } from './supervisor.mjs';

const OPEN_WITHIN_MS = 60_000;

/**
 * Opens the sinks, the servers and the services, in this order, and returns when every one of them answers. What was
 * opened is closed in the opposite order, also when the rest cannot be opened.
 *
 * @param {object} circumstances
 * @param {number} circumstances.port from which ports are taken
 * @param {AbortController} circumstances.stopping is aborted when a service cannot ever start, too
 */
export async function openHouse({ port, watch, stopping, say }) {
  const closing = [];
  const close = async () => {
    for (const part of closing.splice(0).reverse()) await part();
  };
  try {
    const ports = await takePorts(portsFrom(port));
    const sinks = planSinks(ports);
    const house = { api: apiOf(ports), sinks: sinks.url, nats: null, postgres: null };
    const processes = () => [
      ...supervisor.processes,
      ...[house.nats, house.postgres].flatMap((server) =>
        server?.pid ? [{ name: server.title, pid: server.pid }] : [],
      ),
    ];
    const supervisor = new Supervisor({
      say,
      onHopeless: (why) => stopping.abort(new CannotStart(why, 78)),
      onChange: () =>
        writeRun({ ...house, nats: house.nats?.url, postgres: house.postgres?.url, processes: processes() }),
    });
    closing.push(() => supervisor.stop([SINKS]));
    supervisor.start(sinks);

    const [servers, infra] = await watch.measure(() => startInfra(say));
    closing.push(servers.stop);
    Object.assign(house, { nats: servers.nats, postgres: servers.postgres });
    stopping.signal.throwIfAborted();

    const plans = planServices(ports, { natsUrl: house.nats.url, databaseUrl: house.postgres.url });
    const stopServices = () => supervisor.stop(SERVICES);
    closing.push(stopServices);
    const [, services] = await watch.measure(async () => {
      await supervisor.untilOpen([SINKS], OPEN_WITHIN_MS, stopping.signal);
      mkdirSync(SECRETS, { recursive: true, mode: 0o700 });
      for (const plan of plans) supervisor.start(plan);
      await supervisor.untilOpen(SERVICES, OPEN_WITHIN_MS, stopping.signal);
    });
    return { house, seconds: { infra, services }, processes, stopServices, close };
  } catch (error) {
    await close();
    throw error;
  }
}
