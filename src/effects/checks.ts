/**
 * What must be known before an average can be trusted: rows without an estimate, arms without rows, propensities near
 * 0 or 1, few clusters. Nothing is clipped or dropped; what cannot be estimated is said with its reason.
 */
import { type Warning, warning } from '../base/warnings.js';
import type { Target } from './options.js';
import type { EffectSample, WeightedRows } from './sample.js';

/** Rows of an arm below which normal intervals are doubtful. */
const SMALL_ARM = 20;
/** Clusters below which cluster-robust intervals are too short (Cameron & Miller 2015, §VI: fewer than 20 to 50). */
const FEW_CLUSTERS = 20;
/** Propensities outside [0.05, 0.95] are counted in a warning. */
const NEAR_ZERO = 0.05;

/** `estimable` is false where no number may be given; `warnings` then name the reason. */
export interface Inspection {
  readonly estimable: boolean;
  readonly warnings: readonly Warning[];
}

/** Checks a sample for the average over `target`. */
export function inspect(sample: EffectSample, target: Target): Inspection {
  const empty = withoutWeight(sample);
  const fatal = empty.length > 0 ? empty : [...withoutEstimate(sample), ...withoutArm(sample)];
  if (fatal.length > 0) return { estimable: false, warnings: fatal };
  const unidentified = sample.binary ? notIdentified(sample, target) : [];
  return {
    estimable: unidentified.length === 0,
    warnings: [
      ...unidentified,
      ...(sample.binary ? extremePropensities(sample, target) : []),
      ...smallArms(sample),
      ...fewUnits(sample),
    ],
  };
}

export function withoutWeight({ rows }: WeightedRows): Warning[] {
  return rows.length > 0
    ? []
    : [warning('NO_WEIGHT', 'No chosen row has positive weight: choose other rows or other weights.')];
}

function withoutEstimate({ rows, effect, outcomeHat, treatmentHat }: EffectSample): Warning[] {
  let missing = 0;
  for (const row of rows) if (!Number.isFinite(effect[row] + outcomeHat[row] + treatmentHat[row])) missing++;
  return missing === 0
    ? []
    : [
        warning(
          'NO_OUT_OF_BAG_ESTIMATE',
          `${missing} of ${rows.length} rows have no out-of-bag estimate, because every tree drew them: fit the forest with more trees, or leave these rows out by \`rows\`.`,
        ),
      ];
}

function withoutArm({ binary, rows, treatedCount, controlCount }: EffectSample): Warning[] {
  if (!binary || (treatedCount > 0 && controlCount > 0)) return [];
  return [
    warning(
      'ARM_MISSING',
      `No effect over these rows is identified, whatever the target: none of the ${rows.length} rows is ${treatedCount === 0 ? 'treated' : 'a control'}, and a comparison needs both arms. Choose more rows, or join groups until each has both.`,
    ),
  ];
}

/** Where the estimator divides by a propensity of 0 or 1, the data hold nothing to compare with. */
function notIdentified({ rows, treatment, treatmentHat }: EffectSample, target: Target): Warning[] {
  let divided = 0;
  let comparable = 0;
  for (const row of rows) {
    const propensity = treatmentHat[row];
    const control = treatment[row] === 0;
    if (target === 'all' && (propensity <= 0 || propensity >= 1)) divided++;
    if (target === 'treated' && control && propensity >= 1) divided++;
    if (target === 'control' && !control && propensity <= 0) divided++;
    if (target === 'treated' ? control && propensity > 0 : target !== 'control' || (!control && propensity < 1))
      comparable++;
  }
  if (divided === 0 && comparable > 0) return [];
  const reason =
    divided > 0
      ? `${divided} of ${rows.length} rows have a propensity of 0 or 1`
      : `no row of the other arm has a propensity strictly between 0 and 1`;
  return [
    warning(
      'NOT_IDENTIFIED',
      `The average over '${target}' is not identified: ${reason}. Use averageEffect with target 'overlap', which weighs such rows 0, or leave them out by \`rows\`, and say that the average is over the others.`,
    ),
  ];
}

function extremePropensities({ rows, treatmentHat }: EffectSample, target: Target): Warning[] {
  if (target === 'overlap') return [];
  let count = 0;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const propensity = treatmentHat[row];
    smallest = Math.min(smallest, propensity);
    largest = Math.max(largest, propensity);
    const low = target !== 'treated' && propensity < NEAR_ZERO;
    const high = target !== 'control' && propensity > 1 - NEAR_ZERO;
    if (low || high) count++;
  }
  const range = { all: 'outside 0.05 to 0.95', treated: 'above 0.95', control: 'below 0.05' }[target];
  return count === 0
    ? []
    : [
        warning(
          'EXTREME_PROPENSITY',
          `${count} of ${rows.length} rows have a propensity ${range} (smallest ${smallest.toPrecision(3)}, largest ${largest.toPrecision(3)}); few rows of the other arm speak for them and nothing was clipped. Compare with target 'overlap'.`,
        ),
      ];
}

function smallArms({ binary, treatedCount, controlCount }: EffectSample): Warning[] {
  return binary && Math.min(treatedCount, controlCount) < SMALL_ARM
    ? [
        warning(
          'SMALL_ARM',
          `Only ${treatedCount} treated and ${controlCount} control rows: with fewer than ${SMALL_ARM} in an arm, normal intervals are unreliable.`,
        ),
      ]
    : [];
}

function fewUnits({ clusters, unitCount }: EffectSample): Warning[] {
  if (unitCount < 2) return [singleUnit(clusters ? 'cluster' : 'row')];
  return clusters ? fewClusters(unitCount) : [];
}

/** Nothing varies between units where there is one. */
export const singleUnit = (unit: 'cluster' | 'row'): Warning =>
  warning('SINGLE_UNIT', `There is a single ${unit}: no standard error can be given. Choose more rows.`);

/** Said beside any standard error by cluster that rests on fewer than 20. */
export const fewClusters = (count: number): Warning[] =>
  count < FEW_CLUSTERS
    ? [
        warning(
          'FEW_CLUSTERS',
          `Only ${count} clusters: below ${FEW_CLUSTERS}, standard errors by cluster tend to be too small.`,
        ),
      ]
    : [];
