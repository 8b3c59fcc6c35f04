/** A model that is loaded. What it answers is checked where it is read. */
export interface OnnxSession {
  /** Runs the model once, on one row, and gives its first output. */
  run(row: Float32Array): Promise<unknown>;
  close(): Promise<void>;
}

/** Why a model cannot be asked, for the person who configured it. */
export class NoModel extends Error {}

/** How the package comes in: only where somebody has a model for it, because it is large and nobody's dependency. */
export type LoadOnnx = () => Promise<unknown>;

/** The version that this was tried with. */
const ONNX = 'onnxruntime-node@1.30.0';
const INSTALL = `an ONNX model needs a package that is not installed here, or not for this machine: npm install ${ONNX}`;

/** Not written out in the import, or compilers and bundlers would want to have the package. */
const NAME: string = 'onnxruntime-node';
export const loadOnnx: LoadOnnx = async () => (await import(NAME)) as unknown;

/** One thread: the models are small, and bars do not wait for agents. */
const OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1 } as const;

/**
 * Loads a model from the bytes of its file.
 * @param width how many numbers it is to take.
 * @throws {NoModel} when the package is not installed, the bytes are no model, or it asks for something else than a row.
 */
export async function openSession(load: LoadOnnx, bytes: Uint8Array, width: number): Promise<OnnxSession> {
  const loaded = await load().catch((error: unknown) => {
    throw new NoModel(INSTALL, { cause: error });
  });
  // A package of CommonJS may show its members itself or only as its default.
  const member = (name: string): unknown => memberOf(loaded, name) ?? memberOf(memberOf(loaded, 'default'), name);
  const sessions = member('InferenceSession');
  const create = memberOf(sessions, 'create');
  const Tensor = member('Tensor');
  if (!isFunction(create) || !isFunction(Tensor)) throw new NoModel(INSTALL);

  const session: unknown = await callOn(sessions, create, [bytes, OPTIONS]).catch((error: unknown) => {
    throw new NoModel(`it is no model that this runtime can load: ${messageOf(error)}`, { cause: error });
  });
  const run = memberOf(session, 'run');
  if (!isFunction(run)) throw new NoModel(INSTALL);
  const [input, ...others] = namesIn(memberOf(session, 'inputNames'));
  const [output] = namesIn(memberOf(session, 'outputNames'));
  const wanted = `one float tensor of [1,${width}]`;
  if (input === undefined || others.length > 0 || output === undefined)
    throw new NoModel(`it takes ${others.length + (input === undefined ? 0 : 1)} inputs, where ${wanted} is given`);
  const declared = memberOf(memberOf(session, 'inputMetadata'), '0');
  if (!takesRow(declared, width)) throw new NoModel(`its input is ${shapeSaid(declared)}, where ${wanted} is given`);

  return {
    run: async (row) => {
      const feeds = { [input]: Reflect.construct(Tensor, ['float32', row, [1, width]]) as unknown };
      return memberOf(await callOn(session, run, [feeds, [output]]), output);
    },
    close: async () => {
      const release = memberOf(session, 'release');
      if (isFunction(release)) await callOn(session, release, []);
    },
  };
}

/** A dimension that has a name instead of a length takes any; where nothing is declared, running it will tell. */
function takesRow(declared: unknown, width: number): boolean {
  if (declared === undefined) return true;
  const shape = memberOf(declared, 'shape');
  if (memberOf(declared, 'type') !== 'float32' || !Array.isArray(shape) || shape.length !== 2) return false;
  const [rows, columns] = shape as readonly unknown[];
  return fits(rows, 1) && fits(columns, width);
}

const fits = (length: unknown, wanted: number): boolean =>
  typeof length !== 'number' || length < 0 || length === wanted;

/** What a tensor is, as people write it: its type and its shape. */
export function shapeSaid(tensor: unknown): string {
  const type = memberOf(tensor, 'type');
  const shape = memberOf(tensor, 'dims') ?? memberOf(tensor, 'shape');
  if (typeof type !== 'string' || !Array.isArray(shape)) return 'no tensor';
  return `${type} [${shape.join(',')}]`;
}

/** Calls a method that may throw as well as reject. */
const callOn = async (holder: unknown, method: Callable, given: readonly unknown[]): Promise<unknown> => {
  const answer: unknown = await Reflect.apply(method, holder, given);
  return answer;
};

const namesIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];

type Callable = (...given: readonly unknown[]) => unknown;
const isFunction = (value: unknown): value is Callable => typeof value === 'function';

export function memberOf(value: unknown, name: string): unknown {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isHolder ? Reflect.get(value, name) : undefined;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
