/**
 * Laws of the covariates. Each covariate has a value, which the trial sees, and a score of mean about 0 and standard
 * deviation about 1, of which effects, baselines and propensities are functions: the standardised number, or the number
 * that a category stands for.
 */
import type { RandomStream } from 'causal-forest/simulate';

/** uniform; normal; correlated normal; numbers, binary ones and categories; Student's t with 3 degrees of freedom. */
export const COVARIATE_LAWS = ['uniform', 'normal', 'correlated', 'mixed', 'heavy-tailed'] as const;
export type CovariateLaw = (typeof COVARIATE_LAWS)[number];

export interface Covariates {
  readonly words: string;
  /** Categories of each covariate, null where it is a number. */
  readonly levels: readonly (readonly string[] | null)[];
  /** Draws a row: values (codes of categories) and scores. */
  drawInto(stream: RandomStream, values: Float64Array, scores: Float64Array): void;
}

const SQRT_12 = Math.sqrt(12);

/** A covariate of its own: draws a value, and says its score. */
interface Column {
  readonly levels: readonly string[] | null;
  readonly draw: (stream: RandomStream) => number;
  readonly score: (value: number) => number;
}

const uniform: Column = { levels: null, draw: (s) => s.uniform(), score: (u) => SQRT_12 * (u - 0.5) };
const normal: Column = { levels: null, draw: (s) => s.normal(), score: (z) => z };
/** t₃ has variance 3. */
const heavyTailed: Column = { levels: null, draw: (s) => studentT(s, 3), score: (t) => t / Math.sqrt(3) };

/** Student's t with whole degrees of freedom: N(0, 1) / √(χ²/df). */
export function studentT(stream: RandomStream, degrees: number): number {
  let square = 0;
  for (let k = 0; k < degrees; k++) square += stream.normal() ** 2;
  return stream.normal() / Math.sqrt(square / degrees);
}

/** Draws the law itself: shares of binary covariates, numbers of categories, correlations. */
export function drawCovariates(law: CovariateLaw, count: number, stream: RandomStream): Covariates {
  if (law === 'correlated') return correlated(count, 0.3 + 0.5 * stream.uniform());
  const columns = Array.from({ length: count }, (): Column => {
    if (law === 'uniform') return uniform;
    if (law === 'normal') return normal;
    if (law === 'heavy-tailed') return heavyTailed;
    const kind = stream.below(4);
    return kind === 0 ? uniform : kind === 1 ? normal : kind === 2 ? binary(stream) : categories(stream);
  });
  const some = (of: (column: Column) => boolean) => columns.filter(of).length;
  const inCategories = some(({ levels }) => levels !== null);
  const inTwo = some((column) => column.levels === null && ![uniform, normal, heavyTailed].includes(column));
  return {
    words: law === 'mixed' ? `mixed covariates (${inTwo} binary, ${inCategories} categories)` : `${law} covariates`,
    levels: columns.map(({ levels }) => levels),
    drawInto(rows, values, scores) {
      for (let f = 0; f < count; f++) {
        values[f] = columns[f].draw(rows);
        scores[f] = columns[f].score(values[f]);
      }
    },
  };
}

/** Correlation ρ^|j−k|: each covariate is ρ times the one before it plus what keeps the variance at 1. */
export function correlated(count: number, correlation: number): Covariates {
  const rest = Math.sqrt(1 - correlation * correlation);
  return {
    words: `normal covariates of correlation ${correlation.toFixed(2)}^|j−k|`,
    levels: new Array<null>(count).fill(null),
    drawInto(rows, values, scores) {
      for (let f = 0; f < count; f++) {
        const own = rows.normal();
        values[f] = f === 0 ? own : correlation * values[f - 1] + rest * own;
        scores[f] = values[f];
      }
    },
  };
}

function binary(stream: RandomStream): Column {
  const share = 0.2 + 0.6 * stream.uniform();
  const deviation = Math.sqrt(share * (1 - share));
  return {
    levels: null,
    draw: (rows) => (rows.uniform() < share ? 1 : 0),
    score: (value) => (value - share) / deviation,
  };
}

/** 3 to 12 categories, the first ones more frequent (L·U^1.5); their scores have nothing to do with their names. */
function categories(stream: RandomStream): Column {
  const count = 3 + stream.below(10);
  const scores = Float64Array.from({ length: count }, () => stream.normal());
  return {
    levels: Array.from({ length: count }, (_, level) => `level ${String.fromCharCode(97 + level)}`),
    draw: (rows) => Math.floor(count * rows.uniform() ** 1.5),
    score: (code) => scores[code],
  };
}
