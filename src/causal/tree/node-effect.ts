/** The effect that a node reports: a difference of arm means among its estimation rows, with its uncertainty. */
import { type Warning, warning } from '../../base/warnings.js';
import { quantile } from '../../math/student-t.js';
import { type ArmDifference, armDifference } from './arm-difference.js';
import type { TreeSample } from './sample.js';
import type { NodeEffect } from './types.js';

/**
 * Interval: τ̂ ± t·√V with Satterthwaite's degrees of freedom (Welch 1947), because leaves are small.
 * What the rows cannot tell is null, and a warning says why.
 * @param level nominal coverage
 */
export function nodeEffect(sample: TreeSample, rows: Int32Array, level: number): NodeEffect {
  const found = armDifference(sample, rows);
  const { nTreated, nControl, effect, variance, degreesOfFreedom } = found;
  const problem = whyNoInterval(found, sample.clustered);
  const estimable = Math.min(nTreated, nControl) >= 2;
  const standardError = problem === null ? Math.sqrt(variance) : null;
  const reach = standardError === null ? null : quantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return Object.freeze({
    estimate: estimable ? effect : null,
    standardError,
    interval: reach === null ? null : (Object.freeze([effect - reach, effect + reach]) as readonly [number, number]),
    level,
    n: nTreated + nControl,
    nTreated,
    nControl,
    warnings: Object.freeze(problem === null ? [] : [problem]),
  });
}

function whyNoInterval(found: ArmDifference, clustered: boolean): Warning | null {
  const { nTreated, nControl, unitsTreated, unitsControl, variance } = found;
  if (Math.min(nTreated, nControl) < 2)
    return warning(
      'TOO_FEW_ROWS_PER_ARM',
      `no effect: ${nTreated} treated and ${nControl} untreated estimation rows, where each arm needs two; ` +
        'raise minPerArm or estimationFraction',
    );
  if (Math.min(unitsTreated, unitsControl) < 2)
    return warning(
      'TOO_FEW_CLUSTERS',
      `no standard error: treated rows lie in ${unitsTreated} and untreated rows in ${unitsControl} clusters, ` +
        'where each arm needs two',
    );
  if (!(variance > 0))
    return warning(
      'NO_VARIATION',
      `no standard error: ${clustered ? 'outcome means do not vary between clusters' : 'the outcome does not vary'} ` +
        'within either arm of the node',
    );
  return null;
}
