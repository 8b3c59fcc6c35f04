import { policyProblems, validatePolicy, type SchemaProblem, type TocsinConfig } from '@tocsin/contracts';
import { ContractViolation } from '@tocsin/domain-kit';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Reads the configuration file. The paths in it, which are meant from its folder, come back absolute.
 * @throws {ContractViolation} naming everything in the file that is not as it must be.
 */
export function readConfigFile(path: string): TocsinConfig {
  const document = readJson(path);
  refuseConfig(path, policyProblems('tocsin-config', document));
  validatePolicy('tocsin-config', document);
  return withAbsolutePaths(document, dirname(resolve(path)));
}

/**
 * Refuses a file in which something is wrong: one line for each problem, with its JSON pointer.
 * @throws {ContractViolation} when there is any.
 */
export function refuseConfig(path: string, problems: readonly SchemaProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ pointer, message }) => `\n  ${`${pointer} ${message}`.trim()}`);
  throw new ContractViolation(`${path} is not as it must be:${lines.join('')}`);
}

/**
 * Reads a file that holds JSON.
 * @throws {ContractViolation} when it cannot be read, or does not.
 */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ContractViolation(`${path} cannot be read`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ContractViolation(`${path} is not JSON`, { cause: error });
  }
}

function withAbsolutePaths(config: TocsinConfig, folder: string): TocsinConfig {
  const absolute = (path: string): string => resolve(folder, path);
  const { providers = {}, calendars, hooks } = config;
  return {
    ...config,
    ...(config.providers && {
      providers: Object.fromEntries(
        Object.entries(providers).map(([name, { keyFile, directory, ...rest }]) => [
          name,
          {
            ...rest,
            ...(keyFile !== undefined && { keyFile: absolute(keyFile) }),
            ...(directory !== undefined && { directory: absolute(directory) }),
          },
        ]),
      ),
    }),
    ...(calendars && { calendars: calendars.map(({ file }) => ({ file: absolute(file) })) }),
    ...(hooks && {
      hooks: {
        ...hooks,
        ...(hooks.tradingview && {
          tradingview: hooks.tradingview.map(({ name, tokenFile }) => ({ name, tokenFile: absolute(tokenFile) })),
        }),
        ...(hooks.alertmanager && {
          alertmanager: hooks.alertmanager.map(({ name, tokenFile }) => ({ name, tokenFile: absolute(tokenFile) })),
        }),
      },
    }),
  };
}
