/** A small table in long windows: two designs, two clustered sites, three windows, groups, outcomes of every kind. */
import { streamFor } from '../../src/math/random.js';
import type { StudyDeclaration } from '../../src/study/declaration.js';

export type Table = Record<string, (number | string | null)[]>;

/** Columns sales1 … sales3, calls1 … calls3; `letter` and `visit` are two kinds of `treated`. */
export function makeTable(rowCount = 240, seed = 5): Table {
  const random = streamFor(seed, 'study table');
  const names = ['age', 'region', 'treated', 'letter', 'visit', 'site', 'share', 'weight'];
  const table: Table = Object.fromEntries(names.map((name) => [name, []]));
  for (const window of [1, 2, 3]) for (const name of ['sales', 'calls']) table[`${name}${window}`] = [];
  for (let row = 0; row < rowCount; row++) {
    const age = 20 + 40 * random.uniform();
    const region = ['north', 'south', 'west'][random.below(3)] as string;
    const treated = random.uniform() < 0.4 + (age - 40) / 200 ? 1 : 0;
    const letter = treated && random.uniform() < 0.6 ? 1 : 0;
    const cells = {
      age,
      region,
      treated,
      letter,
      visit: treated && !letter ? 1 : 0,
      site: Math.floor(row / 6),
      share: treated ? 0.5 + random.uniform() / 2 : random.uniform() / 2,
      weight: 1 + random.below(3),
    };
    for (const [name, cell] of Object.entries(cells)) table[name]?.push(cell);
    for (const window of [1, 2, 3]) {
      table[`sales${window}`]?.push(20 + age / 10 + treated * (1 + window) + 2 * random.normal());
      table[`calls${window}`]?.push(4 + random.below(4));
    }
  }
  return table;
}

export const DECLARATION = {
  covariates: ['age', { column: 'region', label: 'Region' }],
  treatment: { column: 'treated', label: 'any coaching' },
  outcomes: {
    sales: { column: 'sales', label: 'Sales', unit: 'euro' },
    each: { numerator: 'sales', denominator: 'calls' },
    perCall: { numerator: 'sales', denominator: 'calls', as: 'totals' },
  },
  windows: ['1', { name: '2', label: 'second' }, { name: '3', at: 4 }],
  windowColumns: (column: string, window: string) => `${column}${window}`,
  groups: { region: 'region', age: { by: { column: 'age', cuts: [35] }, label: 'Age', reference: 'under 35' } },
} satisfies StudyDeclaration<Table>;

export const SMALL = { numTrees: 20, draws: 200, workers: 0 } as const;
