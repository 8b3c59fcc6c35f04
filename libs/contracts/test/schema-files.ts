import { readdirSync, readFileSync } from 'node:fs';

/** A schema as it lies in `proto-schemas/`, with what the tests look at. */
export type SchemaFile = {
  /** Such as `ingestion/bar-closed.v1.json`. */
  readonly path: string;
  readonly schema: {
    readonly $id: string;
    readonly title: string;
    readonly examples?: readonly object[];
    readonly $defs?: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
    readonly 'x-service'?: string;
    readonly 'x-family'?: string;
    readonly 'x-entity'?: string;
    readonly 'x-event'?: string;
    readonly 'x-key'?: string;
  };
};

const ROOT = new URL('../../../proto-schemas/', import.meta.url);

/** Reads a JSON file below `proto-schemas/`. */
export const readJson = (path: string): unknown => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));

/** The names of the JSON files in a folder below `proto-schemas/`, in order. */
export const jsonFilesIn = (folder: string): readonly string[] =>
  readdirSync(new URL(`${folder}/`, ROOT))
    .filter((name) => name.endsWith('.json'))
    .sort();

/** All schemas of the house. */
export const SCHEMA_FILES: readonly SchemaFile[] = readdirSync(ROOT).flatMap((folder) =>
  jsonFilesIn(folder).map((name) => {
    const path = `${folder}/${name}`;
    return { path, schema: readJson(path) as SchemaFile['schema'] };
  }),
);
