/**
 * Memory of stacked nuisances before they are fitted, beside the covariates' codes. First come the regressions, all designs
 * made beforehand, one fit at a time; the memory of their machine then lies ready for the next; then the boosted trees; then
 * the forests (`forest/forest-memory.ts`), beside what the other members predict.
 */
import { basisColumnCount, designBytes, machineOfRegression, regressionBytes } from '../penalized/memory.js';
import { hingesOf, needsOwnDesigns, PATH, regressionFolds } from './penalized-nuisance.js';
import { TREE_FOLDS } from './tree-nuisance.js';

/** Bytes, each a ceiling. */
export interface StackMemory {
  /** While regressions are fitted, and then boosted trees. */
  readonly members: number;
  /** While the forests are, beside theirs. */
  readonly besideForests: number;
  /** Memory that machines of later steps take over, as large as it is. */
  readonly machine: number;
}

/** Bytes a row of each target: its folds, of regressions and trees, and members' predictions out of fold. */
const TARGET_ROW = 32;
/**
 * Of boosted trees, bytes a row: its class in each column is one; gradient, curvature, target, weight, place, leaf, the
 * predictions held out, those of no tree, the best, and a new best. Of each fold's chain: places (twice where rows have
 * weights), f, and what it says.
 */
const TREES_ROW = 96;
const CHAIN_ROW = 24;
/** A stack's errors by member, its sums, and the rows of a calibration as a list, as numbers and as a line's residuals. */
const COMBINED_ROW = 168;

/** @param targets outcome, treatment or both; each is taken to be 0 or 1, whose regressions take more */
export function stackMemory(rowCount: number, covariateCount: number, targets: number): StackMemory {
  if (targets === 0) return { members: 0, besideForests: 0, machine: 0 };
  const columns = basisColumnCount(covariateCount, { knots: hingesOf(covariateCount) });
  const designs = needsOwnDesigns(covariateCount) ? targets : 1;
  const ofTargets = TARGET_ROW * targets * rowCount;
  const folds = regressionFolds(rowCount);
  const ofDesigns = designs * designBytes(rowCount, columns);
  const machine = machineOfRegression(rowCount, columns);
  const regression = regressionBytes(rowCount, columns, { family: 'binomial', folds, penaltyCount: PATH.penaltyCount });
  const trees = rowCount * (covariateCount + TREES_ROW + CHAIN_ROW * TREE_FOLDS);
  return {
    // What regressions had is not needed any more when trees are boosted, but garbage collection lets it lie that long.
    members: ofTargets + ofDesigns + regression + trees,
    besideForests: ofTargets + COMBINED_ROW * rowCount,
    machine,
  };
}
