/** What is measured. Times of grf stand in `../baseline.json` under the same names. */

interface Size {
  readonly rows: number;
  readonly covariates: number;
  readonly trees: number;
}

export type SpeedCase = Size & {
  readonly name: string;
  /**
   * forest: training with nuisances given, and out-of-bag effects with variances and errors;
   * fit: all that a user calls (both nuisances, forest, out-of-bag effects, average effect);
   * predictor: one row at a time; plain: training without WebAssembly.
   */
  readonly kind: 'forest' | 'fit' | 'predictor' | 'plain';
  /** Trees of the forest whose out-of-bag effects are timed, where grf's were timed on another number. */
  readonly effectTrees?: number;
  /** How many times as fast as grf on one thread it should be: first forest of a process, later ones, their effects. */
  readonly goals?: { readonly cold?: number; readonly warm?: number; readonly effects?: number };
  /** Runs with --large only. */
  readonly large?: boolean;
};

const forest = (size: Size, rest: Partial<SpeedCase> = {}): SpeedCase => ({
  name: `forest-${size.rows}x${size.covariates}x${size.trees}`,
  kind: 'forest',
  ...size,
  ...rest,
});

const growth = (what: string, size: Size, large = false): SpeedCase => ({
  ...forest(size),
  name: `growth-${what}-${size.rows}x${size.covariates}x${size.trees}`,
  large,
});

export const CASES: readonly SpeedCase[] = [
  forest({ rows: 2000, covariates: 10, trees: 2000 }, { goals: { cold: 11, warm: 18, effects: 40 } }),
  forest({ rows: 20_000, covariates: 20, trees: 200 }, { goals: { cold: 22, warm: 28, effects: 25 } }),
  forest({ rows: 100_000, covariates: 20, trees: 50 }, { effectTrees: 25, goals: { cold: 22, warm: 28, effects: 15 } }),
  forest({ rows: 2000, covariates: 100, trees: 500 }, { goals: { warm: 15, effects: 15 } }),
  forest(
    { rows: 1_000_000, covariates: 10, trees: 32 },
    { effectTrees: 4, goals: { warm: 20, effects: 10 }, large: true },
  ),
  { name: 'fit-2000x10x2000', kind: 'fit', rows: 2000, covariates: 10, trees: 2000, goals: { cold: 12, warm: 20 } },
  { name: 'fit-20000x20x200', kind: 'fit', rows: 20_000, covariates: 20, trees: 200 },
  ...[1000, 4000].map((trees) => growth('trees', { rows: 2000, covariates: 10, trees })),
  ...[5, 20, 50, 200].map((covariates) => growth('p', { rows: 2000, covariates, trees: 500 })),
  growth('n', { rows: 2000, covariates: 10, trees: 500 }),
  growth('n', { rows: 20_000, covariates: 10, trees: 100 }),
  growth('n', { rows: 100_000, covariates: 10, trees: 20 }),
  growth('n', { rows: 1_000_000, covariates: 10, trees: 8 }, true),
  { name: 'predictor', kind: 'predictor', rows: 2000, covariates: 10, trees: 2000 },
  { name: 'without-webassembly', kind: 'plain', rows: 2000, covariates: 10, trees: 500 },
];
