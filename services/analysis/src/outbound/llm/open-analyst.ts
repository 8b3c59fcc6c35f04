import { EnvFault } from '@tocsin/service-kit';
import { readFileSync } from 'node:fs';
import type { AnalysisConfig } from '../../config.ts';
import { ChatModel } from './chat-model.ts';
import { LlmAnalyst } from './llm-analyst.ts';

/** The settings of the analyst; all of them may be left out, and then there is none. */
export type AnalystConfig = Pick<AnalysisConfig, Extract<keyof AnalysisConfig, `ANALYST_${string}`>>;

/**
 * Makes the analyst that the environment describes; null where it describes none.
 * @throws {EnvFault} naming everything that is half-configured.
 */
export function openAnalyst(config: AnalystConfig): LlmAnalyst | null {
  const { ANALYST_URL: url, ANALYST_MODEL: model } = config;
  const { ANALYST_FALLBACK_URL: fallbackUrl, ANALYST_FALLBACK_MODEL: fallbackModel } = config;
  const { ANALYST_KEY_FILE, ANALYST_FALLBACK_KEY_FILE } = config;
  const faults = [
    ...pairing('ANALYST_URL', url, 'ANALYST_MODEL', model),
    ...needed('ANALYST_KEY_FILE', ANALYST_KEY_FILE, 'ANALYST_URL', url),
    ...needed('ANALYST_FALLBACK_MODEL', fallbackModel, 'ANALYST_URL', url),
    ...needed('ANALYST_FALLBACK_URL', fallbackUrl, 'ANALYST_FALLBACK_MODEL', fallbackModel),
    ...needed('ANALYST_FALLBACK_KEY_FILE', ANALYST_FALLBACK_KEY_FILE, 'ANALYST_FALLBACK_URL', fallbackUrl),
    ...outspoken('ANALYST_URL', url),
    ...outspoken('ANALYST_FALLBACK_URL', fallbackUrl),
  ];
  const key = keyIn('ANALYST_KEY_FILE', ANALYST_KEY_FILE, faults);
  const fallbackKey = keyIn('ANALYST_FALLBACK_KEY_FILE', ANALYST_FALLBACK_KEY_FILE, faults);
  if (faults.length > 0) throw new EnvFault(faults);
  if (url === null || model === null) return null;

  const { ANALYST_TIMEOUT_MS: timeoutMs, ANALYST_REQUESTS_PER_DAY: requestsPerDay } = config;
  const primary = new ChatModel({ model, url, key, timeoutMs, requestsPerDay });
  if (fallbackModel === null) return new LlmAnalyst({ primary, fallback: null }, config.ANALYST_TOKENS_MAX);
  // A key goes to the endpoint that it is for, and to no other.
  const other = fallbackUrl === null ? { url, key } : { url: fallbackUrl, key: fallbackKey };
  const fallback = new ChatModel({ model: fallbackModel, ...other, timeoutMs, requestsPerDay });
  return new LlmAnalyst({ primary, fallback }, config.ANALYST_TOKENS_MAX);
}

function pairing(name: string, value: string | null, otherName: string, other: string | null): string[] {
  return [...needed(name, value, otherName, other), ...needed(otherName, other, name, value)];
}

/** One setting that means nothing without another. */
function needed(name: string, value: string | null, otherName: string, other: string | null): string[] {
  return value !== null && other === null ? [`${name} is set, and ${otherName} is missing.`] : [];
}

function outspoken(name: string, url: string | null): string[] {
  if (url === null) return [];
  const { username, password } = new URL(url);
  return username || password ? [`${name} holds a user or password; a key goes into a file.`] : [];
}

/** A key travels in a header, so it is printable and has no blanks; what is wrong with it is said without it. */
function keyIn(name: string, path: string | null, faults: string[]): string | null {
  if (path === null) return null;
  const key = readFileSync(path, 'utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(key)) faults.push(`${name} does not hold one key and nothing else.`);
  return key;
}
