/**
 * Memory of refined effects before they are fitted, beside the forest's. Linear members come first: each has its basis'
 * columns, the same times the treatment, and a machine with a copy of these; the first of the three stay to the end. Then come
 * the chains of Bayesian trees, one after the other, of whose iterations moments stay; then members are combined, and
 * variances are taken, stretch by stretch.
 */
import { LEAVES } from '../../kernels/additive-trees.js';
import { basisColumnCount, designBytes, machineOfRegression, regressionBytes } from '../../penalized/memory.js';
import { LEAST_ROWS, TREES } from '../bayesian/prior.js';
import { SIDE_WORDS } from '../bayesian/small-trees.js';

/** Bytes, each a ceiling. */
export interface RefinedMemory {
  /** What the fit keeps: coefficients of halves, draws of trees. It stays. */
  readonly kept: number;
  /** While linear members are fitted. */
  readonly members: number;
  /** While chains run and members are combined, beside the memory of the linear members' machine. */
  readonly after: number;
  /** While variances are taken, and new rows predicted, beside the forest's pass: columns, effects, deviations of bags. */
  readonly prediction: number;
  /** That memory, which machines of later steps take over, as large as it is. */
  readonly machine: number;
}

/** As `fit-refined.ts`, `linear-effects.ts`, `bayesian-effects.ts` and `chain.ts` have it; tests compare. */
const REFITTED_BAGS = 50;
const FOLDS = 5;
const PENALTIES = 60;
const CHAINS = 4;
const DRAWS = 100;
const CLASSES = 64;
/** Rows of a stretch of variances times trees. */
const STRETCH_CELLS = 1 << 22;

const DOUBLE = 8;
/** A row of a linear member's own: its effect, sums of halves, residuals and weights of its refits. */
const LINEAR_ROW = 64;
/**
 * A row of a chain's machines, beside its classes and its leaf in each tree: what trees add up to and leave over, its weight and
 * product; for moments what it says and what is summed up.
 */
const CHAIN_ROW = 32 + 64;
/** Moments of a chain that stay, a row, and what each iteration loses; precisions and the row's number. */
const MOMENTS_ROW = 32;
const CHAINS_ROW = 28;
/**
 * A row of the combination: members' effects, differences and residuals; and scores by row or
 * cluster, kept in a map as they come (some 50 bytes an entry, and as many again while it grows).
 */
const COMBINED_ROW = 180;
/** Of a stretch's row: nine sums, and the variances to come. */
const STRETCH_ROW = 88;
/** A node of a kept tree: column, child, side, value. */
const NODE = 20;
/** A term of a basis, its name and its numbers. */
const TERM = 400;

export function refinedMemory(
  rowCount: number,
  covariateCount: number,
  { numTrees, ciGroupSize }: { readonly numTrees: number; readonly ciGroupSize: number },
): RefinedMemory {
  const linear = basisColumnCount(covariateCount, { shape: 'linear' });
  const spline = basisColumnCount(covariateCount);
  const designs = designBytes(rowCount, linear + spline);
  const bags = Math.min(REFITTED_BAGS, numTrees / ciGroupSize);
  const halves = DOUBLE * 2 * bags * (linear + spline + 3);
  const classes = DOUBLE * CLASSES * covariateCount;
  const kept = halves + TERM * (linear + spline) + classes + CHAINS * drawsBytes(rowCount);
  // A row's weight, and the halves that it is in.
  const rows = rowCount * (DOUBLE + 4 + bags / 8);
  // With the column of the treatment alone. A refit's machine is the fit's, its matrices are fewer.
  const columns = spline + 1;
  const members =
    designs +
    designBytes(rowCount, columns) +
    regressionBytes(rowCount, columns, { family: 'gaussian', folds: FOLDS, penaltyCount: PENALTIES }) +
    LINEAR_ROW * rowCount;
  const machine = machineOfRegression(rowCount, columns);
  const chains =
    designs + rowCount * (2 * covariateCount + TREES + CHAIN_ROW + CHAINS * MOMENTS_ROW + CHAINS_ROW + 2 * DOUBLE);
  const combining = designs + rowCount * COMBINED_ROW;
  const stretch = Math.max(1, Math.min(rowCount, Math.floor(STRETCH_CELLS / numTrees)));
  return {
    kept,
    members: rows + members,
    after: rows + Math.max(chains, combining),
    // Of new rows, their cells in the range of training, and their classes.
    prediction:
      rows +
      designs +
      rowCount * (DOUBLE + 1) * covariateCount +
      rowCount * COMBINED_ROW +
      stretch * (2 * DOUBLE * bags + STRETCH_ROW),
    machine,
  };
}

/** Draws of one chain, had all trees as many leaves as they may have, and rows on both sides of their cuts. */
function drawsBytes(rowCount: number): number {
  const leaves = Math.max(1, Math.min(LEAVES, Math.floor(rowCount / LEAST_ROWS)));
  const tree = NODE * (2 * leaves - 1) + 4 * SIDE_WORDS * (leaves - 1) + 4;
  return DRAWS * (TREES * tree + DOUBLE + 4) + 4;
}
