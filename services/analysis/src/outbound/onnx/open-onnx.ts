import { EnvFault } from '@tocsin/service-kit';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AnalysisConfig } from '../../config.ts';
import { FEATURE_NAMES } from '../../domain/model/features.ts';
import { OnnxAnalyst } from './onnx-analyst.ts';
import { loadOnnx, NoModel, openSession, type LoadOnnx } from './plug-in.ts';

/** How many digits of a digest tell one file of a name from another. */
const DIGITS = 12;

/** What the schema of a result leaves for the name of the file. */
const NAME_CHARS_MAX = 100;

/**
 * Loads the model that the environment names; null where it names none.
 * @throws {EnvFault} when it cannot be loaded, or the package that would is not installed.
 */
export async function openOnnx(
  { ANALYSIS_ONNX: path }: Pick<AnalysisConfig, 'ANALYSIS_ONNX'>,
  load: LoadOnnx = loadOnnx,
): Promise<OnnxAnalyst | null> {
  if (path === null) return null;
  const bytes = await readFile(path);
  const digest = createHash('sha256').update(bytes).digest('hex');
  // The name of a model in facts has no blanks and is ASCII.
  const name = basename(path)
    .replace(/[^\x21-\x7e]/g, '_')
    .slice(0, NAME_CHARS_MAX);
  const model = `${name}@${digest.slice(0, DIGITS)}`;
  try {
    return new OnnxAnalyst(await openSession(load, bytes, FEATURE_NAMES.length), model);
  } catch (error) {
    if (error instanceof NoModel) throw new EnvFault([`ANALYSIS_ONNX: ${error.message.replace(/\.+$/, '')}.`]);
    throw error;
  }
}
