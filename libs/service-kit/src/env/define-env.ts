import { readSetting } from './read-setting.ts';
import type { Settings, ValueOf } from './setting.ts';

/** The exit code for a start that a person has to mend (EX_CONFIG of sysexits.h): starting again would not help. */
export const EXIT_MISCONFIGURED = 78;

/** Settings that can be read once, and printed as documentation. */
export type Env<Config = Readonly<Record<string, unknown>>> = {
  readonly settings: Settings;
  /** @throws {EnvFault} naming everything that is missing or wrong. */
  readonly read: (source: NodeJS.ProcessEnv) => Config;
};

/** The values that an `Env` reads, typed. */
export type EnvOf<E extends Env> = ReturnType<E['read']>;

type ConfigOf<S extends Settings> = { readonly [Name in keyof S]: ValueOf<S[Name]> };

/** Everything that is wrong with the environment, one sentence each. */
export class EnvFault extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`the environment is not as it must be:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'EnvFault';
  }
}

/** Describes the environment variables that a service reads: wiring only, each with a sentence of help. */
export function defineEnv<const S extends Settings>(settings: S): Env<ConfigOf<S>> {
  // Each value was read by its setting, so it has its setting's type.
  return { settings, read: (source) => readAll(settings, source) as ConfigOf<S> };
}

/** Adds the settings that every service has to those of one; what is wrong with either is reported together. */
export function joinEnv<A, B>(a: Env<A>, b: Env<B>): Env<A & B> {
  const settings = { ...a.settings, ...b.settings };
  return { settings, read: (source) => readAll(settings, source) as A & B };
}

function readAll(settings: Settings, source: NodeJS.ProcessEnv): Readonly<Record<string, unknown>> {
  const faults = misspelled(settings, source);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const text = source[name]?.trim() ?? '';
    if (text === '') {
      if (setting.optional) values[name] = null;
      else if (setting.default === undefined) faults.push(`${name} is missing. ${setting.help}`);
      else values[name] = setting.default;
      continue;
    }
    const reading = readSetting(setting, text);
    if ('fault' in reading) faults.push(`${name} ${reading.fault}. ${setting.help}`);
    else values[name] = reading.value;
  }
  if (faults.length > 0) throw new EnvFault(faults);
  return values;
}

/**
 * Processes share one environment, so a name that is not ours may well be somebody else's setting; but one that is a
 * slip of the finger away from a setting that is not set was meant for us.
 */
function misspelled(settings: Settings, source: NodeJS.ProcessEnv): string[] {
  const unset = Object.keys(settings).filter((name) => !source[name]);
  return Object.keys(source)
    .filter((name) => name.startsWith('TOCSIN_') && !(name in settings))
    .flatMap((name) =>
      unset.filter((meant) => isSlipAway(name, meant)).map((meant) => `${name} is no setting. Is it ${meant}?`),
    );
}

/** Whether one letter more, less, changed, or swapped with its neighbour makes the one word the other. */
function isSlipAway(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let from = 0;
  while (from < short.length && short[from] === long[from]) from += 1;
  const rest = (word: string, skipped: number): string => word.slice(from + skipped);
  if (short.length + 1 === long.length) return rest(short, 0) === rest(long, 1);
  if (short.length !== long.length) return false;
  const isSwapped =
    short[from] === long[from + 1] && short[from + 1] === long[from] && rest(short, 2) === rest(long, 2);
  return isSwapped || rest(short, 1) === rest(long, 1);
}
