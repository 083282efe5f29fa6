/** Which way of sorting is taken: by rank where a node tries few of the columns, and the more rows the fewer. */
import { expect, test } from 'vitest';
import { makeBagTrainer } from '../../src/forest/train-forest.js';
import { streamFor } from '../../src/math/random.js';
import { borrowEngine, ONE_OF_EACH, returnEngine } from '../../src/tree/engine.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { type Sorting, sortingFor } from '../../src/tree/sorting.js';
import { bitsOf, forestProblem } from '../support/forest-problem.js';
import { drawColumn } from '../support/generated-problem.js';

const numbers = (columnCount: number) => ({ levelCount: new Int32Array(columnCount) });
const usualMtry = (p: number) => Math.min(Math.ceil(Math.sqrt(p) + 20), p);

// The measured crossings (bench/README.md): 3.3 to 4 columns to a tried one at 500 rows, 4.3 to 4.8 at 2,000, 8.5 at 10,000.
test.each([
  [500, 10, 'lists'],
  [500, 100, 'lists'],
  [500, 150, 'ranks'],
  [2000, 10, 'lists'],
  [2000, 20, 'lists'],
  [2000, 100, 'lists'],
  [2000, 200, 'ranks'],
  [5000, 100, 'lists'],
  [5000, 300, 'ranks'],
  [10_000, 200, 'lists'],
  [20_000, 20, 'lists'],
  [20_000, 200, 'lists'],
  [20_000, 1000, 'ranks'],
  [100_000, 200, 'lists'],
  [1_000_000, 1000, 'lists'],
] as const)('%i rows, %i columns: by %s', (rowCount, columnCount, sorting) => {
  expect(sortingFor(numbers(columnCount), rowCount, usualMtry(columnCount))).toBe(sorting);
});

test('without numbers there is nothing to sort; few tried columns make any data wide', () => {
  const categories = { levelCount: new Int32Array(300).fill(4) };
  expect(sortingFor(categories, 500, 30)).toBe('lists');
  expect(sortingFor(numbers(10), 500, 2)).toBe('ranks');
  expect(sortingFor(numbers(10), 500, 10)).toBe('lists');
});

/** Wide data of every kind of column. */
const wide = (sorting?: Sorting) => ({
  ...forestProblem({
    rowCount: 300,
    columns: Array.from(
      { length: 40 },
      (_, f) => (['continuous', 'ties', 'missing', 'constant', 'allMissing', 'category', 'manyLevels'] as const)[f % 7],
    ),
    treatment: 'centred',
    options: { mtry: 4 },
  }),
  ...(sorting ? { sorting } : {}),
});

test('the way that is taken by itself has the trees of both', () => {
  const [itself, lists, ranks] = [undefined, 'lists', 'ranks'].map((sorting) => {
    const trainer = makeBagTrainer(wide(sorting as Sorting | undefined));
    for (let bag = 0; bag < 6; bag++) trainer.trainBag(bag);
    const trees = trainer.finish();
    trainer.close();
    expect(trees.feature.length).toBeGreaterThan(4 * trees.treeCount);
    return bitsOf(trees);
  });
  expect(lists).toEqual(ranks);
  expect(itself).toEqual(ranks);
});

test('an engine holds lists or ranks, never both, and is lent for its own only', () => {
  const { columns, plan } = wide();
  const [lists, ranks] = (['lists', 'ranks'] as const).map((sorting) => {
    const engine = borrowEngine(columns, plan, undefined, 0, ONE_OF_EACH, sorting);
    returnEngine(engine);
    return engine;
  });
  expect(lists).not.toBe(ranks);
  expect([lists.machine.records.grower.rank.length, ranks.machine.records.grower.placed.length]).toEqual([0, 0]);
  expect(ranks.machine.records.grower.list.length).toBeLessThan(lists.machine.records.grower.list.length / 5);
});

test('an engine of ranks that is lent for categories alone has no ranks to sort by', () => {
  const { columns, plan, ...rest } = wide();
  returnEngine(borrowEngine(columns, plan, undefined, 0, ONE_OF_EACH, 'ranks'));
  const stream = streamFor(4, 'sorting');
  const categories = rankColumns(
    Array.from({ length: 12 }, (_, f) => drawColumn('category', `c${f}`, 300, stream)),
    300,
  );
  const trees = ['ranks', 'lists'].map((sorting) => {
    const trainer = makeBagTrainer({ ...rest, plan, columns: categories, sorting: sorting as Sorting });
    for (let bag = 0; bag < 4; bag++) trainer.trainBag(bag);
    const finished = trainer.finish();
    trainer.close();
    return bitsOf(finished);
  });
  expect(trees[0]).toEqual(trees[1]);
});
