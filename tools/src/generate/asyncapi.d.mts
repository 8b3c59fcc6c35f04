import type { Schemas } from './schemas.mjs';

export type AsyncApiMessage = { readonly payload: object; readonly examples: readonly { readonly payload: unknown }[] };
export type AsyncApiDocument = {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly operations: Readonly<Record<string, { readonly action: 'send' | 'receive' }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, AsyncApiMessage>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
  readonly 'x-jetstream': {
    readonly streams: readonly { readonly name: string; readonly subjects: readonly string[] }[];
  };
};

export function asyncApiDocument(schemas: Schemas, about: { readonly version: string }): AsyncApiDocument;
