import { refuse, type Refusal } from '@tocsin/domain-kit';
import { createHash } from 'node:crypto';
import { memberOf, shapeSaid } from './plug-in.ts';

/** What a model said, and the SHA-256 in hex of the bytes in which it said so. */
export interface Told {
  readonly probability: number;
  readonly digest: string;
}

/** Something else than a probability; without a digest where it is no numbers at all. */
export interface Untold extends Refusal<'shape' | 'number'> {
  readonly digest: string | null;
}

/**
 * Reads the probability in the output of a model: one number, as [1] or [1,1], or the second of two classes, as [1,2].
 */
export function probabilityIn(output: unknown): Told | Untold {
  const data = memberOf(output, 'data');
  const dims = memberOf(output, 'dims');
  if (!(data instanceof Float32Array || data instanceof Float64Array) || !Array.isArray(dims))
    return { ...notThat(output), digest: null };
  const digest = createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
  const column = COLUMNS[dims.join(',')];
  const probability = column === undefined ? undefined : data[column];
  if (probability === undefined) return { ...notThat(output), digest };
  if (probability >= 0 && probability <= 1) return { probability, digest };
  return { ...refuse('number', `it told ${probability}, which is no probability.`), digest };
}

/** Where the probability stands in each shape that is understood. */
const COLUMNS: Readonly<Record<string, number>> = { '1': 0, '1,1': 0, '1,2': 1 };

const notThat = (output: unknown): Refusal<'shape'> =>
  refuse('shape', `its output is ${shapeSaid(output)}, where a probability is float [1], [1,1] or [1,2].`);
