import { Ajv2020 } from 'ajv/dist/2020.js';

/** What was answered to a request. */
export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
};

type Operation = { responses: Record<string, { content: Record<string, { schema: object }> }> };

type OpenApi = {
  paths: Record<string, Partial<Record<'post' | 'put' | 'delete', Operation>>>;
};

export type Asking = {
  readonly path: string;
  readonly route: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The door that takes requests; every answer is held against what its own documentation says of that status. */
export class DocumentedDoor {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });

  private constructor(
    private readonly url: string,
    private readonly openApi: OpenApi,
  ) {}

  static async of(url: string): Promise<DocumentedDoor> {
    return new DocumentedDoor(url, (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi);
  }

  /** Asks at `path`; `route` is how the documentation spells it. */
  post(path: string, route: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.ask('post', { path, route, body, headers });
  }

  async ask(method: 'post' | 'put' | 'delete', { path, route, body, headers = {} }: Asking): Promise<Answered> {
    const answer = await fetch(`${this.url}${path}`, {
      method: method.toUpperCase(),
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const told = (await answer.json()) as Answered['body'];
    const [kind = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const documented = this.openApi.paths[route]?.[method]?.responses[String(answer.status)]?.content[kind]?.schema;
    const isAsSaid = this.#ajv.validate(documented ?? false, told);
    expect({ status: answer.status, isAsSaid, errors: this.#ajv.errors }).toMatchObject({ isAsSaid: true });
    return { status: answer.status, headers: answer.headers, body: told };
  }
}
