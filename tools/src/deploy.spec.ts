import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUILT_SERVICES } from '@tocsin/contracts';
import { baseEnv, EnvFault, joinEnv, logEnv, type Env } from '@tocsin/service-kit/env';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { readWorkspace } from './checks/workspace.ts';

/** No container runs here: what can be held without one is that both files fit the processes that they start. */
const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

type Container = {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
};

/** As Compose reads it when the person who starts it has set nothing. */
const text = read('docker-compose.yml').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
const compose = load(text, { schema: YAML11_SCHEMA }) as {
  readonly services: Readonly<Record<string, Container>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const dockerfile = read('deploy/docker/service.Dockerfile');

const containers = Object.entries(compose.services);
/** What the image adds to every process. */
const ofImage = Object.fromEntries(
  [...dockerfile.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
);

/** What a process says about such an environment; files exist only where the containers run. */
function faultsOf(env: Env<unknown>, { environment }: Container): readonly string[] {
  try {
    env.read({ ...ofImage, ...environment });
    return [];
  } catch (error) {
    if (error instanceof EnvFault) return error.faults.filter((fault) => !fault.includes('which is no file'));
    throw error;
  }
}

describe('the compose file', () => {
  it('starts what npm start starts', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      ['nats', 'postgres', 'set-up', 'sinks', ...BUILT_SERVICES].sort(),
    );
  });

  it.each(BUILT_SERVICES)('tells %s all that it has to know', async (service) => {
    const container = compose.services[service];
    const { env } = (await import(join(ROOT, `services/${service}/src/config.ts`))) as { env: Env };
    expect(container && faultsOf(joinEnv(baseEnv, env), container)).toEqual([]);
    expect(container?.command).toEqual([`services/${service}/dist/src/main.js`]);
    expect(container?.depends_on?.['set-up']).toEqual({ condition: 'service_completed_successfully' });
  });

  it('tells the set-up all that it has to know', () => {
    const container = compose.services['set-up'];
    expect(container && faultsOf(logEnv, container)).toEqual([]);
  });

  it('publishes nothing beyond this machine, and pins every image', () => {
    const ports = containers.flatMap(([, container]) => container.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(containers.filter(([, { image }]) => !/:(?!latest$)[\w.-]+$/.test(image))).toEqual([]);
  });

  it('knows every volume, and whether each process is well', () => {
    const named = containers.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => /^\w/.test(volume)));
    expect([...new Set(named.map((volume) => volume.split(':')[0]))].sort()).toEqual(
      Object.keys(compose.volumes).sort(),
    );
    expect(containers.filter(([name, { healthcheck }]) => name !== 'set-up' && !healthcheck)).toEqual([]);
  });
});

describe('the image', () => {
  it('installs for every package of the workspace', () => {
    const copied = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json/gm)].map(([, folder]) => folder);
    const folders = readWorkspace(ROOT).map(({ folder }) => folder);
    expect(copied.sort()).toEqual(folders.filter((folder) => folder !== '').sort());
  });
});
