import type { Names, Parts } from './naming.mjs';

export type Schema = Readonly<Record<string, unknown>>;
export type SchemaFile = { readonly path: string; readonly schema: Schema };
export type MessageSchema = Parts &
  Omit<Names, 'path'> & { readonly owner: string; readonly ownerKey: string; readonly schema: Schema };
export type Schemas = {
  readonly types: Readonly<Record<string, Schema>>;
  readonly envelopes: readonly Schema[];
  readonly messages: readonly (MessageSchema & { readonly older: readonly MessageSchema[] })[];
  readonly policies: readonly { readonly name: string; readonly schema: Schema; readonly house?: unknown }[];
};

export class SchemaFaults extends Error {
  readonly faults: readonly string[];
}

export function readSchemas(root: string): Promise<Schemas>;
export function arrange(files: readonly SchemaFile[]): Schemas;
