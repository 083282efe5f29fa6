/**
 * How often tests for heterogeneity reject: small simulated trials with and without it, every test at a nominal 5 %.
 * Beside the library's tests stand two that look natural and are wrong, to show what they would cost.
 */
import {
  type CausalForest,
  createTrial,
  fitCausalForest,
  highLowEffects,
  predictEffects,
  scores,
  selectRows,
  sortedEffects,
  type Trial,
  testCalibration,
  testRanking,
} from '../../src/index.js';
import { simulateTrial, streamFor } from '../../src/simulate/index.js';

export const LEVEL = 0.05;

/** Trials without heterogeneity, and the same kinds with it. */
export const DESIGNS = {
  /** Randomised with known propensity ½; the effect is 0.5 for everyone. */
  'randomised, same effect': { heterogeneous: false },
  /** Treatment depends on covariates that drive the outcome, propensity estimated; the effect is 1 for everyone. */
  'confounded, same effect': { heterogeneous: false },
  /** Randomised, 80 clusters of 5 with a common shift of their outcomes (sd 1); the effect is 0.5 for everyone. */
  'clustered, same effect': { heterogeneous: false },
  /** Randomised, effect max(x1, 0). */
  'randomised, effects differ': { heterogeneous: true },
  /** Confounded as above, effect 1 + x3/2. */
  'confounded, effects differ': { heterogeneous: true },
} as const;

export type DesignName = keyof typeof DESIGNS;

/** Right tests first; the last two judge rankings by the rows that made them. */
export const TESTS = [
  'calibration, differential',
  'ranking, AUTOC',
  'ranking, QINI',
  'high against low',
  'sorted groups, highest − lowest',
  'naive: own effects split at their median',
  'naive: five cross-fitted folds pooled',
] as const;
export type TestName = (typeof TESTS)[number];
/** Those that must keep their level. */
export const HONEST_TESTS: readonly TestName[] = TESTS.slice(0, 5);

export interface Sizes {
  readonly rowCount: number;
  readonly numTrees: number;
  readonly splits: number;
  readonly draws: number;
}

export const SIZES: Sizes = { rowCount: 400, numTrees: 200, splits: 20, draws: 200 };

/** Which tests reject in one trial. */
export async function rejectionsIn(
  design: DesignName,
  index: number,
  { rowCount, numTrees, splits, draws }: Sizes,
): Promise<Record<TestName, boolean>> {
  const trial = drawTrial(design, index, rowCount);
  const forest = await fitCausalForest(trial, { numTrees, seed: index, workers: 0 });
  const quick = { workers: 0, numTrees } as const;
  const pValues: Record<TestName, number | null> = {
    'calibration, differential': testCalibration(forest).differential.pValue,
    'ranking, AUTOC': (await testRanking(forest, { ...quick, draws })).pValue,
    'ranking, QINI': (await testRanking(forest, { ...quick, draws, weighting: 'qini' })).pValue,
    'high against low': (await highLowEffects(forest, quick)).difference.pValue,
    'sorted groups, highest − lowest': (await sortedEffects(forest, { ...quick, splits, characteristics: [] }))
      .difference.pValue,
    'naive: own effects split at their median': naivePValue(forest, forest.outOfBag.effect),
    'naive: five cross-fitted folds pooled': naivePValue(forest, await crossFitted(trial, index, numTrees)),
  };
  return Object.fromEntries(TESTS.map((test) => [test, (pValues[test] ?? 1) < LEVEL])) as Record<TestName, boolean>;
}

/** Smallest count that n independent tests at the level exceed with a probability of at most 0.001. */
export function rejectionLimit(trials: number, level = LEVEL, chance = 0.001): number {
  let probability = (1 - level) ** trials;
  let cumulated = probability;
  let count = 0;
  while (1 - cumulated > chance) {
    probability *= ((trials - count) / (count + 1)) * (level / (1 - level));
    cumulated += probability;
    count++;
  }
  return count;
}

function drawTrial(design: DesignName, index: number, rowCount: number): Trial {
  const seed = 10_000 + index;
  const confounded = design.startsWith('confounded');
  const { heterogeneous } = DESIGNS[design];
  const simulated = simulateTrial({
    design: confounded ? 'confounded' : heterogeneous ? 'oneSided' : 'constant',
    rowCount,
    covariateCount: 5,
    seed,
  });
  const { columns, covariateNames, effect } = simulated;
  const treatment = columns.treatment as Float64Array;
  const clustered = design.startsWith('clustered');
  const stream = streamFor(seed, 'cluster shifts');
  const cluster = Int32Array.from({ length: rowCount }, (_, row) => Math.floor(row / 5));
  const shift = Float64Array.from(cluster, () => (clustered ? stream.normal() : 0));
  const outcome = Float64Array.from(
    columns.outcome as Float64Array,
    (y, row) => y + shift[cluster[row]] - (confounded && !heterogeneous ? treatment[row] * (effect[row] - 1) : 0),
  );
  const table: Readonly<Record<string, Float64Array | Int32Array>> = { ...columns, outcome, cluster };
  return createTrial(table, {
    covariates: covariateNames,
    treatment: 'treatment',
    outcomes: { outcome: 'outcome' },
    ...(confounded ? {} : { propensity: 0.5 }),
    ...(clustered ? { clusters: 'cluster' } : {}),
  });
}

/** Two-sided z test that rows above the median priority have another mean score than the rest; rows as independent. */
function naivePValue(forest: CausalForest, priorities: Float64Array): number {
  const { values } = scores(forest);
  const sorted = priorities.slice().sort();
  const median = sorted[Math.floor(sorted.length / 2)] as number;
  const side = (high: boolean) => {
    const own = values.filter((_, row) => priorities[row] >= median === high);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const square = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, variance: square / (own.length * (own.length - 1)) };
  };
  const [high, low] = [side(true), side(false)];
  const z = Math.abs(high.mean - low.mean) / Math.sqrt(high.variance + low.variance);
  // 1.959964: the two-sided 5 % point of the normal distribution; only whether it is passed counts here.
  return z > 1.959963984540054 ? 0 : 1;
}

/** Effects of every fifth of the rows by a forest on the others. */
async function crossFitted(trial: Trial, seed: number, numTrees: number): Promise<Float64Array> {
  const out = new Float64Array(trial.rowCount);
  for (let fold = 0; fold < 5; fold++) {
    const inFold = (row: number) => (trial.clusters ? trial.clusters.ids[row] : row) % 5 === fold;
    const rows = Array.from({ length: trial.rowCount }, (_, row) => row);
    const fitted = await fitCausalForest(
      selectRows(
        trial,
        rows.filter((row) => !inFold(row)),
      ),
      { numTrees, seed, workers: 0, ciGroupSize: 1 },
    );
    const own = rows.filter(inFold);
    const table = Object.fromEntries(
      trial.covariates.map((covariate) => [
        covariate.name,
        own.map((row) => (covariate.kind === 'category' ? Number.NaN : covariate.values[row])),
      ]),
    );
    const { effect } = predictEffects(fitted, table);
    own.forEach((row, place) => {
      out[row] = effect[place] as number;
    });
  }
  return out;
}
