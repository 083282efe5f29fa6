/**
 * A pass over training rows, divided: each part takes a range of rows, and their numbers are put one after another.
 * A row's numbers depend on the row and the forest alone, so the result does not depend on the parts.
 */
import { divide } from '../threads/divide.js';
import type { RankedColumns } from '../tree/ranked-columns.js';
import { predictionCost, threadBytes } from './cost.js';
import type { Forest } from './forest.js';
import type { Work } from './work-control.js';

/** What every such pass reads. */
export interface RowPass {
  readonly forest: Forest;
  readonly columns: RankedColumns;
}

/** Numbers of rows, one array a quantity; null where there is none. */
export type RowNumbers = Readonly<Record<string, Float64Array | Int32Array | null>>;

/**
 * @param task the worker's name for `pass`
 * @param pass numbers of rows from … end
 */
export async function divideRows<
  Pass extends RowPass,
  Numbers extends { readonly [K in keyof Numbers]: RowNumbers[string] },
>(
  task: string,
  shared: Pass,
  pass: (shared: Pass, from: number, end: number) => Numbers,
  work: Work,
): Promise<Numbers> {
  const { forest, columns } = shared;
  const { rowCount } = columns;
  const parts = await divide<Numbers>(
    {
      task,
      shared,
      total: rowCount,
      // Every part draws all trees' rows again.
      partSize: (_, threads) => Math.ceil(rowCount / threads),
      cost: predictionCost(forest, rowCount),
      threadBytes: threadBytes(columns),
    },
    work,
  );
  return parts ? join(parts, rowCount) : pass(shared, 0, rowCount);
}

function join<Numbers extends { readonly [K in keyof Numbers]: RowNumbers[string] }>(
  parts: readonly Numbers[],
  rowCount: number,
): Numbers {
  const joined: Record<string, Float64Array | Int32Array | null> = {};
  for (const [name, first] of Object.entries<RowNumbers[string]>(parts[0])) {
    joined[name] = first && (first instanceof Int32Array ? new Int32Array(rowCount) : new Float64Array(rowCount));
    let at = 0;
    for (const part of parts) {
      const numbers = (part as RowNumbers)[name];
      if (numbers) joined[name]?.set(numbers, at);
      at += numbers?.length ?? 0;
    }
  }
  return joined as Numbers;
}
