/** The texts and numbers of a JSON document by their paths, the nearest to its root first. */
export type Fields = ReadonlyMap<string, string>;

/** Alerts are flat, or one or two levels deep. What lies below, or behind that many fields, is kept as words only. */
const DEPTH_MAX = 4;
const FIELDS_MAX = 500;

/** Folders that say nothing about what is in them. */
const WRAPPERS = new Set(['data', 'alert', 'payload', 'message', 'body', 'tradingview']);

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Returns the fields of a JSON object, each number with all its digits, or null when the text is no JSON object. A name
 * is its path without what separates words, so `strategy.order.action` and `{"strategy":{"order_action":…}}` are one.
 */
export function fieldsOf(text: string): Fields | null {
  const root = parsed(text);
  if (!isFolder(root)) return null;
  const fields = new Map<string, string>();
  let level: readonly Folder[] = [{ path: '', of: root }];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth += 1) {
    const below: Folder[] = [];
    for (const { path, of } of level)
      for (const [key, value] of Object.entries(of)) {
        if (fields.size + below.length >= FIELDS_MAX) return fields;
        const name = spelled(key);
        if (typeof value === 'string' && !fields.has(path + name)) fields.set(path + name, value.trim());
        if (isFolder(value)) below.push({ path: path === '' && WRAPPERS.has(name) ? '' : path + name, of: value });
      }
    level = below;
  }
  return fields;
}

type Folder = { readonly path: string; readonly of: object };

const isFolder = (value: unknown): value is object => typeof value === 'object' && value !== null;

const spelled = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '');

/** As JSON, with every number as text: binary numbers would round prices. */
function parsed(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    if (!isFolder(document)) return document;
    return JSON.parse(text.replace(TOKENS, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
