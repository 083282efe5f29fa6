/**
 * Tries every threshold of one numeric, boolean or date covariate at one node: rows come sorted, missing ones last,
 * so one pass of running sums judges each gap between distinct values, O(rows). Each threshold is tried with the
 * missing rows right and left, and "missing against present" is a split of its own.
 */
import type { NumericCovariate } from '../../data/trial.js';
import { addInto, addRow, armCount, CONTROL, SUM_COUNT, TREATED } from './node-sums.js';
import { roundThreshold } from './round-threshold.js';
import { improves, largerSide, type SplitSearch } from './split-search.js';

/**
 * @param order rows sorted by the covariate's value, missing last; the node's stand at `start` … `end` − 1
 * @param covariateIndex what to write into the split
 */
export function scanThresholds(
  search: SplitSearch,
  covariate: NumericCovariate,
  covariateIndex: number,
  order: Int32Array,
  start: number,
  end: number,
): void {
  const { values } = covariate;
  const { sample, transformed, bucketSize } = search.rules;
  const missing = new Float64Array(SUM_COUNT);
  let presentEnd = end;
  while (presentEnd > start && Number.isNaN(values[order[presentEnd - 1]])) {
    presentEnd--;
    addRow(missing, 0, sample, transformed, order[presentEnd]);
  }
  const someMissing = presentEnd < end;
  if (presentEnd === start) return;

  const left = new Float64Array(SUM_COUNT);
  const leftAndMissing = new Float64Array(SUM_COUNT);
  const bucket = bucketSize ?? 0;
  let treatedAtBucket = 0;
  let controlAtBucket = 0;
  for (let i = start; i < presentEnd - 1; i++) {
    addRow(left, 0, sample, transformed, order[i]);
    const value = values[order[i]];
    const next = values[order[i + 1]];
    if (value === next) continue;
    const treated = armCount(left, TREATED);
    const control = armCount(left, CONTROL);
    if (treated - treatedAtBucket < bucket || control - controlAtBucket < bucket) continue;
    treatedAtBucket = treated;
    controlAtBucket = control;
    if (improves(search, left))
      search.split = Object.freeze({
        kind: 'threshold',
        covariate: covariateIndex,
        threshold: roundThreshold(covariate.kind, value, next),
        missing: someMissing ? 'right' : largerSide(search.node, left),
        missingSeen: someMissing,
      });
    if (!someMissing) continue;
    leftAndMissing.set(left);
    addInto(leftAndMissing, missing);
    if (improves(search, leftAndMissing))
      search.split = Object.freeze({
        kind: 'threshold',
        covariate: covariateIndex,
        threshold: roundThreshold(covariate.kind, value, next),
        missing: 'left',
        missingSeen: true,
      });
  }
  if (someMissing && improves(search, missing))
    search.split = Object.freeze({ kind: 'missing', covariate: covariateIndex, missing: 'left', missingSeen: true });
}
