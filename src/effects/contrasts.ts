/**
 * Averages of a forest of several arms: each arm against the first. Doubly robust score with μ̂₀ = m̂ − Σ_k ê_k τ̂_k and
 * μ̂_k = μ̂₀ + τ̂_k:
 *   Γ_k = τ̂_k + 1{W = k}(Y − μ̂_k)/ê_k − 1{W = 0}(Y − μ̂₀)/ê₀
 * (Robins, Rotnitzky & Zhao 1994, arm by arm). The average is ΣωΓ_k/Σω, its variance by cluster (mean.ts).
 */
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { contrastsOf, type MultiArmForest } from '../causal/arms/types.js';
import { resolveLevel } from './options.js';
import { type RowSelection, resolveRows } from './rows.js';
import { weightedRows } from './sample.js';
import { scoreMean, scoreWarnings } from './score-mean.js';

/** What `contrastScores` gives. */
export interface ContrastScores {
  readonly contrasts: readonly string[];
  /** Γ in outcome units, `values[contrast][row]`; NaN where a row has none, and `warnings` count those. */
  readonly values: readonly Float64Array[];
  readonly warnings: readonly Warning[];
}

/** One arm against the first, in outcome units. */
export interface ContrastEffect extends Estimate {
  readonly measure: 'difference';
  /** E.g. 'letter - none'. */
  readonly contrast: string;
  readonly arm: string;
  readonly baseline: string;
  /** Name of the outcome. */
  readonly outcome: string;
  /** Rows (of positive weight) in either arm. */
  readonly nArm: number;
  readonly nBaseline: number;
}

/** Options of `averageContrasts`; defaults stand at each. */
export interface ContrastOptions<CovariateName extends string = string> {
  /** Rows to average over. Default: all rows. */
  readonly rows?: RowSelection<CovariateName>;
  /** Nominal coverage of each interval. Default 0.95. */
  readonly level?: number;
}

/** Propensities below this are counted in a warning. */
const NEAR_ZERO = 0.05;

/** Doubly robust scores of every contrast, for averages, policies and rankings of your own. */
export function contrastScores(forest: MultiArmForest): ContrastScores {
  const values = Object.freeze(forest.outOfBag.effect.map((_, k) => scoresOf(forest, k)));
  return Object.freeze({
    contrasts: contrastsOf(forest.trial.treatment.arms),
    values,
    warnings: scoreWarnings(values[0]),
  });
}

/**
 * Average effect of each arm against the first, with standard errors and normal intervals; each interval holds by itself.
 *
 * Null numbers come with a warning: ARM_MISSING, NO_SCORE, NO_WEIGHT, SINGLE_UNIT (standard error only).
 * EXTREME_PROPENSITY and FEW_CLUSTERS warn beside a number.
 * @returns one estimate for each arm but the first, in the order of the arms
 */
export function averageContrasts<CovariateName extends string>(
  forest: MultiArmForest<CovariateName>,
  options: ContrastOptions<NoInfer<CovariateName>> = {},
): readonly ContrastEffect[] {
  rejectUnknownKeys('options', options, ['rows', 'level']);
  const { trial, settings, outcomeName, nuisance } = forest;
  const { arms, codes } = trial.treatment;
  const sample = weightedRows(trial, settings, resolveRows(trial, options.rows));
  const level = resolveLevel(options.level);
  const count = (arm: number) => sample.rows.reduce((total, row) => total + (codes[row] === arm ? 1 : 0), 0);
  return Object.freeze(
    contrastsOf(arms).map((contrast, k) => {
      const [nArm, nBaseline] = [count(k + 1), count(0)];
      const pair = [0, k + 1];
      const scores =
        nArm > 0 && nBaseline > 0 ? scoresOf(forest, k) : new Float64Array(trial.rowCount).fill(Number.NaN);
      const warnings = pair.flatMap((arm) => extremePropensities(nuisance.armHat[arm], sample.rows, arms[arm]));
      const estimate = scoreMean(scores, sample, level, warnings);
      const missing = pair.filter((arm) => count(arm) === 0).map((arm) => armMissing(arms[arm], sample.rows.length));
      return Object.freeze({
        ...estimate,
        warnings: missing.length > 0 ? Object.freeze(missing) : estimate.warnings,
        measure: 'difference',
        contrast,
        arm: arms[k + 1],
        baseline: arms[0],
        outcome: outcomeName,
        nArm,
        nBaseline,
      });
    }),
  );
}

/** Γ of contrast k, arm k + 1 against arm 0. */
function scoresOf({ trial, outcome, nuisance, outOfBag }: MultiArmForest, k: number): Float64Array {
  const { codes } = trial.treatment;
  const { armHat, outcomeHat } = nuisance;
  const { effect } = outOfBag;
  return Float64Array.from(outcome, (y, row) => {
    const own = codes[row];
    const baseline = effect.reduce((mean, effects, j) => mean - armHat[j + 1][row] * effects[row], outcomeHat[row]);
    const mean = own === 0 ? baseline : baseline + effect[own - 1][row];
    const correction = (y - mean) / armHat[own][row];
    const score = effect[k][row] + (own === k + 1 ? correction : own === 0 ? -correction : 0);
    return Number.isFinite(score) ? score : Number.NaN;
  });
}

function extremePropensities(armHat: Float64Array, rows: Int32Array, arm: string): Warning[] {
  const low = rows.reduce((count, row) => count + (armHat[row] < NEAR_ZERO ? 1 : 0), 0);
  return low === 0
    ? []
    : [
        warning(
          'EXTREME_PROPENSITY',
          `${low} of ${rows.length} rows have a probability below ${NEAR_ZERO} of arm '${arm}'; few rows of that arm speak for them and nothing was clipped. Leave such rows out by \`rows\`, or compare with and without them.`,
        ),
      ];
}

const armMissing = (arm: string, rowCount: number): Warning =>
  warning('ARM_MISSING', `None of the ${rowCount} rows is in arm '${arm}': a comparison needs both. Choose more rows.`);
