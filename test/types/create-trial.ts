/** Compile-time tests: `tsc --noEmit` fails where a line below an expected error compiles. Nothing here is run. */
import type { CsvColumns } from '../../src/csv/index.js';
import { createTrial } from '../../src/data/create-trial.js';
import { groupRows } from '../../src/data/groups.js';
import { selectRows } from '../../src/data/select.js';
import type { Trial } from '../../src/data/trial.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <Statement extends true>(): Statement | undefined => undefined;

interface Customer {
  readonly age: number;
  readonly region: string;
  readonly treated: boolean;
  readonly spend: number;
  readonly orders?: number;
}
declare const rows: readonly Customer[];
declare const columns: {
  age: Float64Array;
  region: string[];
  treated: Int32Array;
  spend: (number | null)[];
  orders: number[];
};
declare const csv: CsvColumns;

// Names are literal, from rows, from columns and from a declaration over CSV.
const trial = createTrial(rows, {
  covariates: ['age', { column: 'region', kind: 'category' }],
  treatment: 'treated',
  outcomes: { spend: 'spend', basket: { numerator: 'spend', denominator: 'orders', as: 'totals' } },
  weights: 'orders',
  clusters: 'region',
  propensity: 0.5,
});
holds<Equal<typeof trial, Trial<'age' | 'region', 'spend' | 'basket'>>>();
holds<Equal<keyof typeof trial.outcomes, 'spend' | 'basket'>>();

const fromColumns = createTrial(columns, {
  covariates: ['age', 'region'],
  treatment: { column: 'treated', kind: 'binary' },
  outcomes: { spend: { column: 'spend' } },
});
holds<Equal<typeof fromColumns, Trial<'age' | 'region', 'spend'>>>();

interface Columns {
  readonly age: readonly number[];
  readonly treated: Uint8Array;
  readonly spend: Float64Array;
}
declare const declaredColumns: Columns;
const fromInterface = createTrial(declaredColumns, {
  covariates: ['age'],
  treatment: 'treated',
  outcomes: { spend: 'spend' },
});
holds<Equal<typeof fromInterface, Trial<'age', 'spend'>>>();

const fromCsv = createTrial(csv, { covariates: ['anything'], treatment: 'w', outcomes: { y: 'also' } });
holds<Equal<typeof fromCsv, Trial<'anything', 'y'>>>();

const literals = createTrial(
  [
    { a: 1, w: 0, y: 2 },
    { a: 2, w: 1, y: 3 },
  ],
  {
    covariates: ['a'],
    treatment: 'w',
    outcomes: { y: 'y' },
  },
);
holds<Equal<typeof literals, Trial<'a', 'y'>>>();

// Names known only at run time are strings.
declare const names: string[];
const dynamic = createTrial(csv, { covariates: names, treatment: 'w', outcomes: { y: 'y' } });
holds<Equal<typeof dynamic, Trial<string, 'y'>>>();

// A named trial is a trial.
const general: Trial = trial;

// Misspelt columns.
createTrial(rows, {
  // @ts-expect-error no such column among the covariates
  covariates: ['agee'],
  treatment: 'treated',
  outcomes: { spend: 'spend' },
});
createTrial(rows, {
  // @ts-expect-error no such column with a kind
  covariates: [{ column: 'agee', kind: 'number' }],
  treatment: 'treated',
  outcomes: { spend: 'spend' },
});
createTrial(rows, {
  covariates: ['age'],
  // @ts-expect-error no such treatment column
  treatment: 'treat',
  outcomes: { spend: 'spend' },
});
createTrial(rows, {
  covariates: ['age'],
  treatment: 'treated',
  // @ts-expect-error no such outcome column
  outcomes: { spend: 'spent' },
});
createTrial(rows, {
  covariates: ['age'],
  treatment: 'treated',
  // @ts-expect-error no such denominator
  outcomes: { basket: { numerator: 'spend', denominator: 'order' } },
});
createTrial(columns, {
  covariates: ['age'],
  treatment: 'treated',
  outcomes: { spend: 'spend' },
  // @ts-expect-error no such weight column
  weights: 'weight',
});

// Misspelt or contradictory options.
createTrial(rows, {
  // @ts-expect-error no such kind
  covariates: [{ column: 'age', kind: 'numeric' }],
  treatment: 'treated',
  outcomes: { spend: 'spend' },
});
createTrial(rows, {
  covariates: ['age'],
  treatment: 'treated',
  outcomes: { spend: 'spend' },
  // @ts-expect-error the option is called propensity
  propensities: 0.5,
});
createTrial(rows, {
  covariates: ['age'],
  treatment: 'treated',
  // @ts-expect-error no such rule for denominators of 0
  outcomes: { basket: { numerator: 'spend', denominator: 'orders', zeroDenominator: 'skip' } },
});
// @ts-expect-error the outcomes are missing
createTrial(rows, { covariates: ['age'], treatment: 'treated' });
// @ts-expect-error a file's name is no table
createTrial('trial.csv', { covariates: ['age'], treatment: 'treated', outcomes: { y: 'y' } });

declare const scalars: { age: number; treated: number[]; spend: number[] };
// @ts-expect-error a column that is no array
createTrial(scalars, { covariates: ['age'], treatment: 'treated', outcomes: { spend: 'spend' } });

// What is made of a trial knows its names.
const half = selectRows(trial, [0, 1]);
holds<Equal<typeof half, typeof trial>>();
groupRows(trial, 'region');
groupRows(trial, { column: 'age', cuts: [30, 45] });
groupRows(trial, [{ label: 'old', rows: ({ age }) => typeof age === 'number' && age > 60 }]);
// @ts-expect-error no such covariate
groupRows(trial, 'spend');
// @ts-expect-error no such covariate to cut
groupRows(trial, { column: 'agee', cuts: [30] });
// @ts-expect-error no such covariate in a rule
groupRows(trial, [{ label: 'old', rows: ({ agee }) => agee === null }]);
// @ts-expect-error a trial cannot be changed
trial.rowCount = 3;
// @ts-expect-error no such outcome
trial.outcomes.spending;

export { general };
