/** What is compared: the data of `bench/speed`, written to a file that every side reads. */
export interface CompareCase {
  readonly name: string;
  /** forest: nuisances given, training and predictions apart; fit: with nuisances, each library's own way. */
  readonly kind: 'forest' | 'fit';
  readonly rows: number;
  readonly covariates: number;
  readonly trees: number;
  /** Rows that only effects are asked for. */
  readonly newRows: number;
  readonly seed: number;
  /** File of doubles, column by column: covariates, outcome, treatment, Ê[Y|X], Ê[W|X]; training rows before new ones. */
  readonly data: string;
}

export interface SideResult {
  readonly version: string;
  readonly times: Readonly<Record<string, { readonly cpu: number; readonly wall: number }>>;
  /** Effects of the new rows and their variances; out-of-bag effects of the training rows. */
  readonly effect: readonly number[];
  readonly variance: readonly number[];
  readonly outOfBag: readonly number[] | null;
}

export const COMPARE_CASES: readonly Omit<CompareCase, 'data' | 'seed'>[] = [
  { name: 'forest-2000x10x2000', kind: 'forest', rows: 2000, covariates: 10, trees: 2000, newRows: 2000 },
  { name: 'fit-2000x10x2000', kind: 'fit', rows: 2000, covariates: 10, trees: 2000, newRows: 2000 },
  { name: 'forest-20000x20x200', kind: 'forest', rows: 20_000, covariates: 20, trees: 200, newRows: 2000 },
  { name: 'fit-20000x20x200', kind: 'fit', rows: 20_000, covariates: 20, trees: 200, newRows: 2000 },
];
