import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { IntSetting, Setting, TextSetting, UrlSetting } from './setting.ts';

/** What a setting's text means, or the reason why it means nothing. */
export type Reading = { readonly value: string | number | boolean } | { readonly fault: string };

/** Reads one setting's text. The fault is the end of a sentence that begins with the setting's name. */
export function readSetting(setting: Setting, text: string): Reading {
  switch (setting.type) {
    case 'url':
      return readUrl(setting, text);
    case 'file':
      return readFile(text);
    case 'path':
      return { value: resolve(text) };
    case 'int':
      return readInt(setting, text);
    case 'text':
      return readText(setting, text);
    case 'choice':
      return setting.of.includes(text)
        ? { value: text }
        : { fault: `must be one of ${setting.of.join(', ')}; it is '${text}'` };
    case 'flag':
      return readFlag(text);
  }
}

/** The text is not repeated: an address may hold a password. */
function readUrl({ schemes }: UrlSetting, text: string): Reading {
  if (!URL.canParse(text)) return { fault: 'must be an address with its scheme, such as http://127.0.0.1:8080' };
  const scheme = new URL(text).protocol.slice(0, -1);
  return schemes === undefined || schemes.includes(scheme)
    ? { value: text }
    : { fault: `must begin with ${schemes.map((known) => `${known}://`).join(' or ')}; it begins with ${scheme}:` };
}

function readFile(text: string): Reading {
  const path = resolve(text);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return { fault: `names ${path}, which is no file` };
  try {
    accessSync(path, constants.R_OK);
    return { value: path };
  } catch {
    return { fault: `names ${path}, which cannot be read` };
  }
}

function readInt({ min, max }: IntSetting, text: string): Reading {
  const value = Number(text);
  return /^-?\d+$/.test(text) && value >= min && value <= max
    ? { value }
    : { fault: `must be a whole number from ${min} to ${max}; it is '${text}'` };
}

function readText({ pattern }: TextSetting, text: string): Reading {
  return pattern === undefined || pattern.test(text)
    ? { value: text }
    : { fault: `must match ${String(pattern)}; it is '${text}'` };
}

function readFlag(text: string): Reading {
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return { value: true };
  if (['false', '0', 'no', 'off'].includes(text.toLowerCase())) return { value: false };
  return { fault: `must be true or false; it is '${text}'` };
}
