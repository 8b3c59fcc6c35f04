import { EnvFault } from '@tocsin/service-kit';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analystInput } from '../../../test/analyst-input.ts';
import type { AnalystInput } from '../../domain/analyst/analyst.ts';
import type { OnnxAnalyst } from './onnx-analyst.ts';
import { openOnnx } from './open-onnx.ts';
import { loadOnnx, type LoadOnnx } from './plug-in.ts';

class Tensor {
  constructor(
    readonly type: string,
    readonly data: Float32Array | Float64Array | BigInt64Array,
    readonly dims: readonly number[],
  ) {}
}

/** A module of the shape of onnxruntime-node, with a model that answers by a script. */
class Runtime {
  readonly rows: Tensor[] = [];
  isReleased = false;
  inputNames = ['features'];
  inputMetadata: unknown = [{ name: 'features', isTensor: true, type: 'float32', shape: ['batch', 13] }];
  answer: () => unknown = () => floats([0.4]);
  create: () => void = () => undefined;

  readonly load: LoadOnnx = () => {
    const session = {
      inputNames: this.inputNames,
      outputNames: ['probability', 'label'],
      inputMetadata: this.inputMetadata,
      run: async (feeds: Readonly<Record<string, Tensor>>, fetches: readonly string[]) => {
        this.rows.push(...Object.values(feeds));
        return Object.fromEntries(await Promise.all(fetches.map(async (name) => [name, await this.answer()] as const)));
      },
      release: () => {
        this.isReleased = true;
        return Promise.resolve();
      },
    };
    const create = (): Promise<unknown> => {
      this.create();
      return Promise.resolve(session);
    };
    return Promise.resolve({ default: { InferenceSession: { create }, Tensor } });
  };
}

const floats = (numbers: readonly number[], dims: readonly number[] = [numbers.length]): Tensor =>
  new Tensor('float32', Float32Array.from(numbers), dims);

describe('an ONNX model as an analyst', () => {
  const bytes = 'the bytes of a model';
  const model = `my_hunch.onnx@${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
  let folder: string;
  let file: string;
  let runtime: Runtime;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-onnx-'));
    file = join(folder, 'my hunch.onnx');
    writeFileSync(file, bytes);
  });
  beforeEach(() => {
    runtime = new Runtime();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const open = async (load: LoadOnnx = runtime.load): Promise<OnnxAnalyst> => {
    const analyst = await openOnnx({ ANALYSIS_ONNX: file }, load);
    if (analyst === null) throw new Error('there is a model');
    return analyst;
  };
  const ask = async (difference: Partial<AnalystInput> = {}, signal = new AbortController().signal) =>
    (await open()).analyse(analystInput(difference), signal);
  const faultOf = async (load?: LoadOnnx): Promise<readonly string[]> => {
    try {
      await open(load);
      return [];
    } catch (error) {
      if (error instanceof EnvFault) return error.faults;
      throw error;
    }
  };

  it('is none unless it is configured', async () => {
    expect(await openOnnx({ ANALYSIS_ONNX: null }, runtime.load)).toBeNull();
  });

  it('is shown the features in their order, from the side of the bias', async () => {
    const evidence = { turbulentProbability: 0.75, inARow: 3, modelVersion: 'm', modelDigest: 'ab'.repeat(32) };
    await ask({ run: { ...analystInput().run, regimeEvidence: evidence } });
    await ask();
    const [row, unsure] = runtime.rows;
    expect(row).toMatchObject({ type: 'float32', dims: [1, 13] });
    // Seen from the short side a breakout downwards rises, and a markdown leads the right way.
    expect(row?.data[0]).toBeGreaterThan(0);
    expect(row?.data[3]).toBeGreaterThan(50);
    expect(row?.data[11]).toBe(0.75);
    expect(row?.data[12]).toBe(1);
    expect(unsure?.data[11]).toBe(0.5);
  });

  it('goes along with the bias where that gains on average, and says by which model', async () => {
    runtime.answer = () => floats([0.5]);
    const digest = createHash('sha256')
      .update(new Uint8Array(Float32Array.of(0.5).buffer))
      .digest('hex');
    expect(await ask()).toMatchObject({
      outcome: 'answered',
      signal: 'SELL',
      confidence: 0.5,
      riskScore: 0.5,
      reasoning:
        'The model takes it for 50.0 % probable that the target is touched before the stop of a trade on the short side. That is above the 33.3 % at which one breaks even.',
      wyckoffPhase: null,
      model,
      fallbackUsed: false,
      rawContentDigest: digest,
      attempts: [{ model, failure: null, rawContentDigest: digest }],
    });
    const long = { ...analystInput().run, bias: 'long' } as const;
    expect(await ask({ run: long })).toMatchObject({ signal: 'BUY', confidence: 0.5 });
  });

  it('holds where a trade would not gain, and where there is no side', async () => {
    runtime.answer = () => floats([0.25]);
    expect(await ask()).toMatchObject({ signal: 'HOLD', confidence: 0.75, riskScore: 0.75 });
    runtime.answer = () => new Tensor('float64', Float64Array.of(1 / 3), [1]);
    expect(await ask()).toMatchObject({ signal: 'HOLD' });
    runtime.answer = () => floats([0.75]);
    expect(await ask({ run: { ...analystInput().run, bias: 'none' } })).toMatchObject({
      signal: 'HOLD',
      confidence: 0.25,
      reasoning: expect.stringContaining('no side') as unknown,
    });
  });

  it.each([
    ['[1]', floats([0.5])],
    ['[1,1]', floats([0.5], [1, 1])],
    ['[1,2], of which it takes the second', floats([0.125, 0.5], [1, 2])],
    ['a double', new Tensor('float64', Float64Array.of(0.5), [1, 1])],
  ])('reads a probability that is %s', async (_shape, output) => {
    runtime.answer = () => output;
    expect(await ask()).toMatchObject({ outcome: 'answered', riskScore: 0.5 });
  });

  it.each([
    ['float32 [1,3]', floats([0.2, 0.3, 0.5], [1, 3])],
    ['float32 [2]', floats([0.2, 0.3])],
    ['float32 []', floats([0.2], [])],
    ['int64 [1]', new Tensor('int64', BigInt64Array.of(1n), [1])],
    ['no tensor', [{ 0: 0.5, 1: 0.5 }]],
    ['NaN', floats([Number.NaN])],
    ['-0.5', floats([-0.5])],
    ['1.5', floats([1.5])],
    ['Infinity', floats([Number.POSITIVE_INFINITY])],
  ])('takes no answer from an output that is %s, and names it', async (said, output) => {
    runtime.answer = () => output;
    const failure = await ask();
    expect(failure).toMatchObject({ outcome: 'failed', reason: 'bad-output', failureSource: 'bad_output' });
    expect(failure).toMatchObject({ message: expect.stringContaining(said) as unknown });
  });

  it('is at fault where the model does not run', async () => {
    runtime.answer = () => Promise.reject(new Error('Got invalid dimensions'));
    expect(await ask()).toMatchObject({
      reason: 'request-refused',
      failureSource: 'agent_crash',
      message: `${model} did not run: Got invalid dimensions`,
    });
  });

  it('does not ask about fewer bars than can be measured', async () => {
    const failure = await ask({ bars: analystInput().bars.slice(-199) });
    expect(failure).toMatchObject({ reason: 'too-few-bars', failureSource: 'capacity' });
    expect(runtime.rows).toHaveLength(0);
  });

  it('stops waiting when it is told to, before and while the model runs', async () => {
    expect(await ask({}, AbortSignal.abort())).toMatchObject({ reason: 'cancelled' });
    expect(runtime.rows).toHaveLength(0);
    const stop = new AbortController();
    runtime.answer = () => {
      stop.abort();
      return new Promise(() => undefined);
    };
    expect(await ask({}, stop.signal)).toMatchObject({ reason: 'cancelled' });
  });

  it('is released when it is closed', async () => {
    await (await open()).close();
    expect(runtime.isReleased).toBe(true);
  });

  it('keeps the service from starting without the package, and says how to get it', async () => {
    const faults = [
      expect.stringMatching(/^ANALYSIS_ONNX: .* not installed here.*npm install onnxruntime-node@1\.30\.0/),
    ];
    expect(await faultOf(() => Promise.reject(new Error('Cannot find package')))).toEqual(faults);
    expect(await faultOf(() => Promise.resolve({ default: {} }))).toEqual(faults);
    // Whether the real one is there or not, the bytes of this file are no model to it.
    expect(await faultOf(loadOnnx)).toEqual([expect.stringMatching(/^ANALYSIS_ONNX: /)]);
  });

  it('keeps the service from starting with a file that is no model', async () => {
    runtime.create = () => {
      throw new Error('protobuf parsing failed.');
    };
    expect(await faultOf()).toEqual([
      'ANALYSIS_ONNX: it is no model that this runtime can load: protobuf parsing failed.',
    ]);
  });

  it('keeps the service from starting with a model that asks for something else', async () => {
    runtime.inputMetadata = [{ type: 'float32', shape: [1, 12] }];
    expect(await faultOf()).toEqual([
      'ANALYSIS_ONNX: its input is float32 [1,12], where one float tensor of [1,13] is given.',
    ]);
    runtime.inputMetadata = [{ type: 'float64', shape: [1, 13] }];
    expect(await faultOf()).toEqual([expect.stringContaining('float64 [1,13]')]);
    runtime.inputNames = ['features', 'mood'];
    expect(await faultOf()).toEqual(['ANALYSIS_ONNX: it takes 2 inputs, where one float tensor of [1,13] is given.']);
  });
});
