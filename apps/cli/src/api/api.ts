import { Unreachable } from '@tocsin/domain-kit';

/** What the API says of a request that it did not take (RFC 9457), as far as it is shown. */
export type ToldProblem = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly refused: string | null;
};

/** The API has said no; nothing was changed. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(readonly problem: ToldProblem) {
    super(problem.refused === null ? problem.detail : `${problem.refused}: ${problem.detail}`);
  }
}

/** An object that the API answered with; what is in it is read field by field. */
export type Body = Readonly<Record<string, unknown>>;

/** What was asked for, and whether its outcome is known already. */
export type Asked = { readonly body: Body; readonly isPending: boolean };

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** An outcome is waited for 5 seconds on the other side. */
const ANSWER_WITHIN_MS = 15_000;
const RETRY = { retryAfterMs: 1_000 };
const PAGE_MAX = 500;

/** The REST API of one stack. */
export class Api {
  constructor(
    readonly url: string,
    private readonly tenant: string | null,
  ) {}

  /** @throws {Unreachable} @throws {ApiRefusal} */
  async get(path: string, query: Query = {}): Promise<Body> {
    return (await this.#send('GET', withQuery(path, query), undefined)).body;
  }

  /** The first `limit` items of a list, over as many pages as that takes. */
  async list(path: string, query: Query, limit: number): Promise<readonly Body[]> {
    const items: Body[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.get(path, { ...query, limit: Math.min(PAGE_MAX, limit - items.length), cursor });
      items.push(...bodiesIn(page['items']));
      cursor = typeof page['next_cursor'] === 'string' ? page['next_cursor'] : undefined;
    } while (cursor !== undefined && items.length < limit);
    return items;
  }

  /** Asks for a change and waits for its outcome, as long as the API does. @throws {Unreachable} @throws {ApiRefusal} */
  async ask(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: Body): Promise<Asked> {
    const answer = await this.#send(method, path, body);
    return { body: answer.body, isPending: answer.status === 202 };
  }

  async #send(method: string, path: string, body: Body | undefined): Promise<{ status: number; body: Body }> {
    let answer: Response;
    let told: string;
    try {
      answer = await fetch(new URL(path, this.url), {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(this.tenant !== null && { 'tocsin-tenant': this.tenant }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      told = await answer.text();
    } catch (error) {
      throw new Unreachable(`the API at ${this.url} does not answer`, RETRY, { cause: error });
    }
    const read = readBody(told);
    if (answer.ok && read !== null) return { status: answer.status, body: read };
    throw refusalOf(answer.status, read, this.url);
  }
}

/** What is no answer of ours came from something else that listens there. */
function refusalOf(status: number, body: Body | null, url: string): ApiRefusal | Unreachable {
  const { code, detail, refused } = body ?? {};
  if (typeof code !== 'string' || typeof detail !== 'string')
    return new Unreachable(`what answers at ${url} (${status}) is not the API of Tocsin`, RETRY);
  if (status === 429 || status >= 500) return new Unreachable(`the API answered ${status}: ${detail}`, RETRY);
  return new ApiRefusal({ status, code, detail, refused: typeof refused === 'string' ? refused : null });
}

function withQuery(path: string, query: Query): string {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return asked.length === 0 ? path : `${path}?${new URLSearchParams(asked).toString()}`;
}

function readBody(text: string): Body | null {
  try {
    const read: unknown = JSON.parse(text);
    return isBody(read) ? read : null;
  } catch {
    return null; // It is no JSON, so it is no answer of ours.
  }
}

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list that was answered; anything else is none. */
export const bodiesIn = (list: unknown): readonly Body[] => (Array.isArray(list) ? list.filter(isBody) : []);

/** An object inside an answer; empty where there is none. */
export const bodyIn = (value: unknown): Body => (isBody(value) ? value : {});
