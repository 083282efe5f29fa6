/**
 * Difference of arm means among a set of rows, with its standard error.
 *
 *   τ̂ = ȳ_t − ȳ_c,  ȳ_a = Σwy / Σw;   ψ_i = ±w_i(y_i − ȳ_a)/Σ_a w,   ψ_ca = Σ_{i ∈ cluster c, arm a} ψ_i
 *   V = Σ_c (√f_t·ψ_ct + √f_c·ψ_cc)²,  f_a = C_a/(C_a − 1),  C_a clusters with rows of arm a
 *
 * Where every row is its own cluster and weights are equal this is s_t²/n_t + s_c²/n_c with n − 1 (statistics.md §2);
 * where each cluster is in one arm it is the same on cluster sums; a cluster with rows of both arms brings
 * their covariance. Degrees of freedom by Satterthwaite (1946) from the arms' parts V_a = f_a·Σ_c ψ_ca²:
 * (V_t + V_c)² / (V_t²/(C_t − 1) + V_c²/(C_c − 1)).
 */
import type { TreeSample } from './sample.js';

export interface ArmDifference {
  readonly nTreated: number;
  readonly nControl: number;
  /** Clusters with rows of the arm; the rows themselves where there are no clusters. */
  readonly unitsTreated: number;
  readonly unitsControl: number;
  /** NaN if an arm is absent. */
  readonly effect: number;
  /** V; NaN if an arm has fewer than two units. */
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** @param rows rows of the sample with positive weight */
export function armDifference(sample: TreeSample, rows: ArrayLike<number>): ArmDifference {
  const treated = armOf(sample, rows, 1);
  const control = armOf(sample, rows, 0);
  let covariance = 0;
  if (sample.clustered)
    for (const [unit, sum] of treated.unitSums) covariance -= sum * (control.unitSums.get(unit) ?? 0);
  const scale = Math.sqrt(treated.factor * control.factor);
  const squared = treated.variance + control.variance;
  return {
    nTreated: treated.count,
    nControl: control.count,
    unitsTreated: treated.unitSums.size,
    unitsControl: control.unitSums.size,
    effect: treated.mean - control.mean,
    variance: Math.max(0, squared + 2 * scale * covariance),
    degreesOfFreedom:
      squared ** 2 /
      (treated.variance ** 2 / (treated.unitSums.size - 1) + control.variance ** 2 / (control.unitSums.size - 1)),
  };
}

interface Arm {
  readonly count: number;
  readonly mean: number;
  /** Σ of w(y − ȳ)/Σw by unit, without the arm's sign. */
  readonly unitSums: ReadonlyMap<number, number>;
  /** f_a. */
  readonly factor: number;
  /** V_a. */
  readonly variance: number;
}

function armOf(sample: TreeSample, rows: ArrayLike<number>, arm: 0 | 1): Arm {
  const { treated, outcome, weight, unit } = sample;
  let count = 0;
  let total = 0;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (treated[row] !== arm) continue;
    count++;
    total += weight[row];
    sum += weight[row] * outcome[row];
  }
  const mean = sum / total;
  const unitSums = new Map<number, number>();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (treated[row] !== arm) continue;
    unitSums.set(unit[row], (unitSums.get(unit[row]) ?? 0) + (weight[row] * (outcome[row] - mean)) / total);
  }
  const factor = unitSums.size / (unitSums.size - 1);
  let squares = 0;
  for (const value of unitSums.values()) squares += value * value;
  return { count, mean, unitSums, factor, variance: factor * squares };
}
