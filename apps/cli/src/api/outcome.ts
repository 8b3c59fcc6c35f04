import type { Terminal } from '../terminal.ts';
import { EXIT } from '../exit-codes.ts';
import type { Asked, Body } from './api.ts';
import { cellOf, tableOf, type Column } from './table.ts';

type List = {
  readonly items: readonly Body[];
  readonly columns: readonly Column[];
  /** What to say where there is nothing to show. */
  readonly none: string;
  readonly json: boolean;
};

/** Shows a list: a table for people, one object a line for programs. */
export function showList({ items, columns, none, json }: List, terminal: Terminal): number {
  if (json) for (const item of items) terminal.say(JSON.stringify(item));
  else if (items.length === 0) terminal.tell(none);
  else for (const line of tableOf(columns, items)) terminal.say(line);
  return EXIT.done;
}

/** Says what became of a request. One that is still on its way ends as unfinished: it will be carried out, or expire. */
export function showOutcome({ body, isPending }: Asked, json: boolean, terminal: Terminal): number {
  if (json) terminal.say(JSON.stringify(body));
  if (isPending) {
    terminal.tell(`not answered yet; GET /api/requests/${cellOf(body['id'])} will tell what became of it`);
    return EXIT.unfinished;
  }
  if (json) return EXIT.done;
  const because = typeof body['because'] === 'string' ? `: ${body['because']}` : '';
  terminal.say(`${body['status'] === 'unchanged' ? 'nothing to change' : 'done'}${because}`);
  return EXIT.done;
}
