/**
 * The slow, plain reference for splits of the kinds that `plain-splitter.ts` does not know: every quantity of a node from its
 * rows alone, in two passes, and every split there is. Formulas: Athey, Tibshirani & Wager 2019, §2.3 and §7.
 *   instrument: ρ = (Z − Z̄)[(Y − Ȳ) − τ(W − W̄)],  τ = Σq(Z − Z̄)(Y − Ȳ)/Σq(Z − Z̄)(W − W̄)
 *   means:      ρₘ = Yₘ − Ȳₘ
 *   slopes:     ρ = A⁻¹(W − W̄)[(Y − Ȳ) − B'(W − W̄)]',  A = Σq(W − W̄)(W − W̄)'
 *   criterion:  Σ_d (Σ_L qρ_d)²/Σ_L q + (Σ_R qρ_d)²/Σ_R q − penalty (1/size_L + 1/size_R)
 */
import type { Covariate } from '../../src/data/trial.js';
import type { TreeOptions } from '../../src/tree/tree-options.js';

export interface VectorProblem {
  readonly kind: 'instrument' | 'means' | 'slopes';
  readonly outcomes: readonly Float64Array[];
  readonly treatments: readonly Float64Array[];
  readonly instrument: Float64Array;
  readonly weight: Float64Array | null;
  readonly covariates: readonly Covariate[];
  readonly options: TreeOptions;
}

export type Rule = (row: number) => boolean;

/** Solves A x = b by elimination with row exchanges. */
export function solvePlain(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]]);
  const size = b.length;
  for (let k = 0; k < size; k++) {
    const pivot = rows.map((row, i) => (i < k ? -1 : Math.abs(row[k])));
    const best = pivot.indexOf(Math.max(...pivot));
    [rows[k], rows[best]] = [rows[best], rows[k]];
    for (let i = 0; i < size; i++)
      if (i !== k) {
        const factor = rows[i][k] / rows[k][k];
        rows[i] = rows[i].map((value, j) => value - factor * rows[k][j]);
      }
  }
  return rows.map((row, k) => row[size] / row[k]);
}

/** By the first column. */
const determinant = (a: readonly (readonly number[])[]): number =>
  a.length === 0
    ? 1
    : a.reduce((sum, row, i) => {
        const minor = a.filter((_, other) => other !== i).map((other) => other.slice(1));
        return sum + (i % 2 === 0 ? 1 : -1) * row[0] * determinant(minor);
      }, 0);

export function plainVectorNode(problem: VectorProblem, rows: readonly number[]) {
  const { kind, outcomes, treatments, instrument, options } = problem;
  const q: (row: number) => number = (i) => problem.weight?.[i] ?? 1;
  const total = (of: (row: number) => number, over = rows) => over.reduce((sum, i) => sum + of(i), 0);
  const centred = (values: Float64Array) => {
    const mean = total((i) => q(i) * values[i]) / total(q);
    return new Map(rows.map((i) => [i, values[i] - mean] as const));
  };
  const at = (values: Map<number, number>, i: number) => values.get(i) as number;
  const y = outcomes.map(centred);
  const w = treatments.map(centred);
  /** What a child must keep is counted in these. */
  const counted = kind === 'means' ? [] : kind === 'instrument' ? [centred(instrument)] : w;
  let isSingular = false;
  let rho: (i: number) => number[];
  if (kind === 'means') rho = (i) => y.map((of) => at(of, i));
  else if (kind === 'instrument') {
    const z = counted[0];
    const moved = total((i) => q(i) * at(z, i) * at(w[0], i));
    const effect = total((i) => q(i) * at(z, i) * at(y[0], i)) / moved;
    rho = (i) => [at(z, i) * (at(y[0], i) - effect * at(w[0], i))];
  } else {
    const a = w.map((of) => w.map((other) => total((i) => q(i) * at(of, i) * at(other, i))));
    isSingular = !(determinant(a) > 1e-10 * a.reduce((product, row, k) => product * row[k], 1));
    const effects = y.map((of) =>
      solvePlain(
        a,
        w.map((other) => total((i) => q(i) * at(other, i) * at(of, i))),
      ),
    );
    rho = (i) => {
      const gradient = solvePlain(
        a,
        w.map((of) => at(of, i)),
      );
      return y.flatMap((of, m) => {
        const residual = at(of, i) - w.reduce((sum, other, k) => sum + effects[m][k] * at(other, i), 0);
        return gradient.map((g) => g * residual);
      });
    };
  }
  const rhos = new Map(rows.map((i) => [i, rho(i)] as const));
  const variation = (of: Map<number, number>, part: readonly number[]) => {
    const mean = total((i) => q(i) * at(of, i), part) / total(q, part);
    return total((i) => q(i) * (at(of, i) - mean) ** 2, part);
  };
  const least = kind === 'means' ? Math.max(1, Math.ceil(options.alpha * rows.length)) : 1;
  const mayBeChild = (part: readonly number[], slack: number) =>
    part.length >= least &&
    total(q, part) > 0 &&
    counted.every((of) => {
      const low = total((i) => (at(of, i) < 0 ? 1 : 0), part);
      return (
        low >= options.minNodeSize &&
        part.length - low >= options.minNodeSize &&
        variation(of, part) >= options.alpha * variation(of, rows) * (1 + slack)
      );
    });
  const penalty = (part: readonly number[]) =>
    options.imbalancePenalty === 0
      ? 0
      : options.imbalancePenalty / (kind === 'instrument' ? variation(counted[0], part) : part.length);
  const squares = (part: readonly number[]) => {
    const sums = (rhos.get(rows[0]) as number[]).map((_, d) => total((i) => q(i) * (rhos.get(i) as number[])[d], part));
    return sums.reduce((sum, value) => sum + value * value, 0) / total(q, part);
  };
  const judge = (goesLeft: Rule, slack: number): number => {
    const left = rows.filter(goesLeft);
    const right = rows.filter((i) => !goesLeft(i));
    if (!mayBeChild(left, slack) || !mayBeChild(right, slack)) return Number.NEGATIVE_INFINITY;
    return squares(left) + squares(right) - penalty(left) - penalty(right);
  };
  return {
    splittable: rows.length > options.minNodeSize && total(q) > 0 && !isSingular,
    /** Σ qρ²: the scale of the criterion. */
    scale: total((i) => q(i) * (rhos.get(i) as number[]).reduce((sum, value) => sum + value * value, 0)),
    judge,
    /** Largest criterion over cuts of numbers, and over all groupings of categories where asked for. */
    best(withCategories: boolean, slack: number): number {
      let best = Number.NEGATIVE_INFINITY;
      for (const column of problem.covariates)
        for (const rule of splitsOf(column, rows, withCategories)) best = Math.max(best, judge(rule, slack));
      return best;
    },
  };
}

function* splitsOf(column: Covariate, rows: readonly number[], withCategories: boolean): Generator<Rule> {
  if (column.kind === 'category') {
    if (!withCategories) return;
    const levels = [...new Set(rows.map((i) => column.codes[i]))];
    for (let set = 1; set < 2 ** (levels.length - 1); set++) {
      const left = new Set(levels.filter((_, k) => (set >>> k) & 1));
      yield (i) => left.has(column.codes[i]);
    }
    return;
  }
  yield (i) => Number.isNaN(column.values[i]);
  for (const threshold of new Set(rows.map((i) => column.values[i]).filter((x) => !Number.isNaN(x)))) {
    yield (i) => column.values[i] <= threshold;
    yield (i) => column.values[i] <= threshold || Number.isNaN(column.values[i]);
  }
}
