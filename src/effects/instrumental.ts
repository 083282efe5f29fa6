/**
 * Averages of an instrumental forest, for a binary instrument. Doubly robust score, with the compliance score
 * Δ̂ᵢ = Ê[W|X, Z=1] − Ê[W|X, Z=0]:
 *   Γᵢ = τ̂ᵢ + (Z − ẑ)/(ẑ(1 − ẑ)Δ̂) · (Y − m̂ − (W − ê)τ̂ᵢ)
 * (Chernozhukov, Escanciano, Ichimura, Newey & Robins 2022; Athey & Wager 2021, §2). Its mean is the average over X of the
 * effects on those whom the instrument moves (the average conditional local effect).
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { InstrumentalForest } from '../causal/instrumental/types.js';
import { resolveLevel } from './options.js';
import { type RowSelection, resolveRows } from './rows.js';
import { weightedRows } from './sample.js';
import { scoreMean, scoreWarnings } from './score-mean.js';
import type { EffectScores } from './scores.js';

/** Options of `instrumentalScores`; defaults stand at each. */
export interface InstrumentalScoreOptions {
  /** Δ̂ᵢ, one per row of the trial, from a fit that did not see the row: `estimateCompliance`, or your own. */
  readonly compliance: Float64Array;
}

/** Options of `averageInstrumentalEffect`; defaults stand at each. */
export interface InstrumentalAverageOptions<CovariateName extends string = string> extends InstrumentalScoreOptions {
  /** Rows to average over. Default: all rows. */
  readonly rows?: RowSelection<CovariateName>;
  /** Nominal coverage of the interval. Default 0.95. */
  readonly level?: number;
}

/** The average effect on those whom the instrument moves, in outcome units per unit of treatment. */
export interface InstrumentalEffect extends Estimate {
  readonly measure: 'difference';
  /** Name of the outcome. */
  readonly outcome: string;
}

/** Compliance nearer to 0 than this is counted in a warning: a row's score is then multiplied by 20 or more. */
const WEAK = 0.05;

/**
 * Doubly robust scores of an instrumental forest; NaN where a row has none, and `warnings` count those.
 * @throws InvalidDataError for an instrument that is not binary; InvalidOptionError where `compliance` does not fit
 */
export function instrumentalScores(forest: InstrumentalForest, options: InstrumentalScoreOptions): EffectScores {
  rejectUnknownKeys('options', options, ['compliance']);
  const values = scoresOf(forest, options.compliance);
  return Object.freeze({ values, warnings: scoreWarnings(values) });
}

/**
 * Average effect with standard error (by cluster, where the trial has any) and normal interval.
 *
 * Null numbers come with a warning: NO_SCORE, NO_WEIGHT, SINGLE_UNIT (standard error only). WEAK_INSTRUMENT and
 * FEW_CLUSTERS warn beside a number.
 * @throws as `instrumentalScores`
 */
export function averageInstrumentalEffect<CovariateName extends string>(
  forest: InstrumentalForest<CovariateName>,
  options: InstrumentalAverageOptions<NoInfer<CovariateName>>,
): InstrumentalEffect {
  rejectUnknownKeys('options', options, ['compliance', 'rows', 'level']);
  const { trial, settings, outcomeName } = forest;
  const values = scoresOf(forest, options.compliance);
  const sample = weightedRows(trial, settings, resolveRows(trial, options.rows));
  return Object.freeze({
    ...scoreMean(values, sample, resolveLevel(options.level), weakness(options.compliance, sample.rows)),
    measure: 'difference',
    outcome: outcomeName,
  });
}

function scoresOf({ trial, outcome, nuisance, outOfBag }: InstrumentalForest, compliance: unknown): Float64Array {
  const { instrument, treatment, rowCount } = trial;
  if (instrument.kind !== 'binary')
    throw new InvalidDataError(
      'NOT_BINARY',
      `instrument '${instrument.name}' must be binary for averages; its effects row by row do not need that`,
      { column: instrument.name },
    );
  if (!(compliance instanceof Float64Array) || compliance.length !== rowCount || !compliance.every(Number.isFinite))
    throw new InvalidOptionError('compliance', compliance, `a Float64Array of ${rowCount} finite numbers, one per row`);
  return Float64Array.from(outcome, (y, row) => {
    const effect = outOfBag.effect[row];
    const instrumentHat = nuisance.instrumentHat[row];
    const balance =
      (instrument.values[row] - instrumentHat) / (instrumentHat * (1 - instrumentHat) * (compliance[row] as number));
    const residual = y - nuisance.outcomeHat[row] - (treatment.values[row] - nuisance.treatmentHat[row]) * effect;
    const score = effect + balance * residual;
    return Number.isFinite(score) ? score : Number.NaN;
  });
}

function weakness(compliance: Float64Array, rows: Int32Array): readonly Warning[] {
  const weak = rows.reduce((count, row) => count + (Math.abs(compliance[row]) < WEAK ? 1 : 0), 0);
  return weak === 0
    ? []
    : [
        warning(
          'WEAK_INSTRUMENT',
          `${weak} of ${rows.length} rows have a compliance between -${WEAK} and ${WEAK}: the instrument hardly moves their treatment, and their scores are multiplied by its inverse. Leave them out by \`rows\`, or compare with and without them.`,
        ),
      ];
}
