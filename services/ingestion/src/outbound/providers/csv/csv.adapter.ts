import { TIMEFRAMES, type Timeframe } from '@tocsin/domain-kit';
import type { Failure } from '../../../domain/feed.commands.ts';
import type { BarAdapter, BarsAsked, Fetched } from '../adapter.ts';
import type { Answer } from '../provider.ts';
import { BarFile } from './bar-file.ts';
import { completeRows } from './complete-rows.ts';
import { NotInFolder, openInFolder } from './folder.ts';

/** What is remembered of one file, and the question that is being answered from it. */
type Shelf = { readonly bars: BarFile; lastAnswer: Promise<unknown> };

/** Bars from files in one folder; the symbol is the name of a file. Somebody else writes them, row by row or at once. */
export class CsvAdapter implements BarAdapter {
  readonly name = 'csv';
  readonly timeframes: ReadonlySet<Timeframe> = new Set(TIMEFRAMES);
  readonly #directory: string;
  readonly #shelves = new Map<string, Shelf>();

  constructor({ directory }: { readonly directory: string }) {
    this.#directory = directory;
  }

  async fetchBars(asked: BarsAsked): Promise<Fetched> {
    const { id, version } = asked.calendar;
    const key = JSON.stringify([asked.symbol, id, version]);
    const shelf = this.#shelves.get(key) ?? { bars: new BarFile(asked.calendar), lastAnswer: Promise.resolve() };
    this.#shelves.set(key, shelf);
    // A file is read on from where it ended: so two questions about it follow each other.
    const answer = shelf.lastAnswer.then(() => this.#answer(asked, shelf.bars));
    shelf.lastAnswer = answer.catch(() => undefined);
    return { answer: await answer, providerTime: null, requestId: null, cost: 1, quotaLeft: null };
  }

  async #answer(asked: BarsAsked, bars: BarFile): Promise<Answer> {
    try {
      const opened = await openInFolder(this.#directory, asked.symbol);
      try {
        const read = await bars.read(opened, asked.from);
        return read.kind === 'no-table'
          ? { kind: 'garbage', body: read.body }
          : { kind: 'bars', bars: completeRows(read.rows, asked) };
      } finally {
        await opened.file.close();
      }
    } catch (error) {
      return { kind: 'failure', failure: failureOf(error, asked.symbol) };
    }
  }
}

/** What the file system said, without the path: it is nobody's business but the operator's, who configured it. */
function failureOf(error: unknown, symbol: string): Failure {
  if (error instanceof NotInFolder) return failure('REFUSED', error.message);
  const isOfTheSystem = typeof error === 'object' && error !== null && 'code' in error;
  if (!isOfTheSystem || typeof error.code !== 'string') throw error;
  // A file that is not there yet, or is being replaced, may be there at the next attempt.
  return failure('PROVIDER_ERROR', `the file '${symbol}' could not be read (${error.code})`);
}

const failure = (errorCode: Failure['errorCode'], message: string): Failure => ({
  failureSource: 'provider',
  errorCode,
  message,
  retryAfterMs: null,
});
