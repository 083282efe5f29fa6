/** Refuses samples that cannot carry a tree: too few rows per arm in either half, or fewer units than folds. */
import { InvalidDataError, InvalidOptionError } from '../../base/errors.js';
import type { ResolvedCausalTreeOptions } from './options.js';
import { countUnits, type HonestSplit } from './partition.js';
import type { TreeSample } from './sample.js';

/** @throws InvalidDataError TOO_FEW_ROWS with both arms' counts */
export function requireEnoughRows(sample: TreeSample, split: HonestSplit, settings: ResolvedCausalTreeOptions): void {
  const least = 2 * settings.minPerArm;
  const parts = [
    { rows: split.growing, least, role: 'a first split needs', cure: 'lower minPerArm or estimationFraction' },
    { rows: split.estimation, least: 2, role: 'an effect needs', cure: 'raise estimationFraction' },
  ];
  for (const { rows, least, role, cure } of parts) {
    const treated = rows.reduce((count, row) => count + sample.treated[row], 0);
    const untreated = rows.length - treated;
    if (Math.min(treated, untreated) < least)
      throw new InvalidDataError(
        'TOO_FEW_ROWS',
        `${role} ${least} treated and ${least} untreated rows, but of ${sample.rows.length} usable rows the part for it ` +
          `has ${treated} treated and ${untreated} untreated; ${cure}, or bring more rows`,
      );
  }
}

/** @throws InvalidOptionError */
export function requireFolds(sample: TreeSample, split: HonestSplit, folds: number): number {
  const units = countUnits(sample, split.growing);
  if (folds > units)
    throw new InvalidOptionError(
      'folds',
      folds,
      `at most ${units}, the number of ${sample.clustered ? 'clusters' : 'rows'} that grow the tree`,
    );
  return folds;
}
