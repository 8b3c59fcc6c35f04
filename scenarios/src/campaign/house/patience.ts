import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Waits until `condition` holds; what throws meanwhile is not yet there.
 * @throws {Error} naming what was waited for, and the last trouble.
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  for (let trouble = ''; ;) {
    try {
      if (await condition()) return;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > giveUpAt) throw new Error(`waited ${limitMs} ms in vain until ${what}. ${trouble}`);
    await pause(POLL_MS);
  }
}
