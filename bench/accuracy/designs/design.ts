/**
 * What a design is: a population with a known truth, from which any number of trials can be drawn.
 * Invariant: (design, repetition, rows) fix every value of a trial, whatever was drawn before. Values pass through `exp`,
 * `log` and `sin`, whose last bit engines may round differently.
 */
import { createTrial, type Trial } from 'causal-forest';

/** Forms that a function of the covariates can have. */
export const SURFACE_KINDS = ['linear', 'smooth', 'steps', 'interactions', 'mixture'] as const;
export type SurfaceKind = (typeof SURFACE_KINDS)[number];

/** Forms of the effect: the same for everyone in the first two. */
export const EFFECT_KINDS = ['none', 'constant', ...SURFACE_KINDS] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

/** One sample of a design. */
export interface DrawnTrial {
  readonly trial: Trial<string, 'outcome'>;
  /** τ(xᵢ): the effect of a unit of treatment. */
  readonly effect: Float64Array;
  /** e(xᵢ) = E[W | X = xᵢ]: the propensity, or the mean of a continuous treatment. */
  readonly treatmentMean: Float64Array;
  /** m(xᵢ) = E[Y | X = xᵢ]. */
  readonly outcomeMean: Float64Array;
  /** Var[W | X = xᵢ]: e(1 − e) for a binary treatment. */
  readonly treatmentVariance: Float64Array;
}

export interface Design {
  readonly name: string;
  /** One line that says what it is. */
  readonly words: string;
  readonly effectKind: EffectKind;
  readonly rowCount: number;
  readonly covariateCount: number;
  /** E τ(X), from as many reference rows as its error needs to be small beside a trial's standard error. */
  readonly averageEffect: number;
  /** The trial of a repetition, 0, 1, …; `rowCount` rows unless said otherwise. */
  draw(repetition: number, rowCount?: number): DrawnTrial;
}

/** Empty arrays for n rows of a design's truth and what is seen of it. */
export function emptyRows(rowCount: number, covariateCount: number) {
  const array = () => new Float64Array(rowCount);
  return {
    covariates: Array.from({ length: covariateCount }, array),
    treatment: array(),
    outcome: array(),
    effect: array(),
    treatmentMean: array(),
    outcomeMean: array(),
    treatmentVariance: array(),
  };
}

/**
 * The drawn arrays as a trial with its truth.
 *
 * @param levels of each covariate: its categories, of which `covariates` holds the codes, or null for a number
 * @param known whether the trial is told its (constant) propensity
 */
export function asDrawnTrial(
  rows: ReturnType<typeof emptyRows>,
  kind: 'binary' | 'continuous',
  levels: readonly (readonly string[] | null)[],
  known: boolean,
): DrawnTrial {
  const { covariates, treatment, outcome, ...truth } = rows;
  const names: readonly string[] = covariates.map((_, f) => `x${f + 1}`);
  const columns = covariates.map((values, f) => {
    const words = levels[f];
    return words ? Array.from(values, (code) => words[code]) : values;
  });
  const table: Record<string, Float64Array | string[]> = {
    ...Object.fromEntries(names.map((name, f) => [name, columns[f]])),
    treatment,
    outcome,
  };
  const trial = createTrial(table, {
    covariates: names,
    treatment: { column: 'treatment', kind },
    outcomes: { outcome: 'outcome' },
    ...(known ? { propensity: truth.treatmentMean } : {}),
  });
  return { trial, ...truth };
}
