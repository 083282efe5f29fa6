/**
 * Covariances of least-squares coefficients that allow unequal variances and dependence within clusters:
 * V = B (Σ_g s_g s_g') B times a factor, B = (X'WX)⁻¹, s_g = X_g'u_g over clusters g (rows where there are none).
 *   HC0, HC1: u = W_g r_g.   HC2, HC3: u = (I − H_g)^(−½), (I − H_g)^(−1) applied to W_g r_g, H_g = X_g B X_g' W_g.
 *   Factors: HC0 C/(C−1) · HC1 C/(C−1)·(n−1)/(n−k) · HC2 and HC3 1, with C clusters, n rows, k columns.
 * Sources: MacKinnon & White 1985 (HC1 to HC3), Bell & McCaffrey 2002 (clusters); factors and the order of the
 * product in H_g as in grf's best linear projection, so that figures can be compared.
 *
 * No n_g × n_g matrix is formed: for f(z) = (1−z)^(−p) and g(z) = (f(z) − 1)/z, f(X_g C) = I + X_g g(C X_g) C with
 * C = B X_g' W_g, hence s_g = X_g'W_g r_g + (X_g'X_g) · g(B A_g) B · X_g'W_g² r_g, A_g = X_g'W_g X_g: all k × k.
 */
import type { LeastSquaresFit, LeastSquaresProblem } from './least-squares.js';
import { spread, transposed } from './least-squares.js';
import { spectralFunction, timesVector, tripleProduct } from './linear-system.js';

/** Kinds of robust covariance (MacKinnon & White 1985). */
export type CovarianceType = 'HC0' | 'HC1' | 'HC2' | 'HC3';

/** `covariance` is null where `reason` says why there is none. */
export interface RobustCovariance {
  /** k × k row-major; NaN in the rows and columns of dependent columns. */
  readonly covariance: Float64Array | null;
  readonly reason: null | 'oneCluster' | 'noDegreesOfFreedom' | 'leverageOne';
  /** Clusters of positive weight; rows of positive weight where there are no clusters. */
  readonly clusterCount: number;
}

/** 1 − h below this means that a row or cluster alone decides a coefficient: its residual says nothing about error. */
const LEVERAGE_TOLERANCE = 1e-10;

/**
 * @param clusters one id per row, 0 ≤ id < n, or null for independent rows
 * @param type HC3 is the most careful with influential rows, and the default of the effects built on this
 */
export function robustCovariance(
  problem: LeastSquaresProblem,
  fit: LeastSquaresFit,
  clusters: Int32Array | null,
  type: CovarianceType,
): RobustCovariance {
  const { weights } = problem;
  const groups = clusters === null ? fit.rowCount : countClusters(clusters, weights);
  const size = fit.rank.rank;
  const none = (reason: RobustCovariance['reason']): RobustCovariance => ({
    covariance: null,
    reason,
    clusterCount: groups,
  });
  if (groups < 2) return none('oneCluster');
  if (fit.degreesOfFreedom <= 0) return none('noDegreesOfFreedom');
  const meat = clusters === null ? meatOfRows(weights, fit, type) : meatOfClusters(weights, fit, clusters, type);
  if (meat === null) return none('leverageOne');
  const correction =
    type === 'HC0'
      ? groups / (groups - 1)
      : type === 'HC1'
        ? (groups / (groups - 1)) * ((fit.rowCount - 1) / fit.degreesOfFreedom)
        : 1;
  const { bread, back } = fit.centred;
  const inner = tripleProduct(bread, meat, bread, size).map((value) => value * correction);
  const covariance = spread(tripleProduct(back, inner, transposed(back, size), size), fit.rank, 2);
  return { covariance, reason: null, clusterCount: groups };
}

function countClusters(clusters: Int32Array, weights: Float64Array | null): number {
  const seen = new Set<number>();
  clusters.forEach((id, row) => {
    if (weights === null || (weights[row] as number) > 0) seen.add(id);
  });
  return seen.size;
}

/** Σ u²zz' over rows, u = w r (1 − h)^(−p), h = w z'Bz. */
function meatOfRows(weights: Float64Array | null, fit: LeastSquaresFit, type: CovarianceType): Float64Array | null {
  const { columns, centres, bread } = fit.centred;
  const size = columns.length;
  const meat = new Float64Array(size * size);
  const z = new Float64Array(size);
  const power = { HC0: 0, HC1: 0, HC2: 0.5, HC3: 1 }[type];
  for (let i = 0; i < fit.residuals.length; i++) {
    const weight = weights === null ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    for (let j = 0; j < size; j++) z[j] = ((columns[j] as Float64Array)[i] as number) - (centres[j] as number);
    let score = weight * (fit.residuals[i] as number);
    if (power > 0) {
      const rest = 1 - weight * quadratic(bread, z);
      if (rest < LEVERAGE_TOLERANCE) return null;
      score /= power === 1 ? rest : Math.sqrt(rest);
    }
    addOuter(meat, z, score * score);
  }
  return meat;
}

function meatOfClusters(
  weights: Float64Array | null,
  fit: LeastSquaresFit,
  clusters: Int32Array,
  type: CovarianceType,
): Float64Array | null {
  const size = fit.rank.rank;
  const meat = new Float64Array(size * size);
  const { rows, starts } = rowsByCluster(clusters);
  const adjusted = type === 'HC2' || type === 'HC3';
  const root = spectralFunction(fit.centred.bread, size, (value) => Math.sqrt(Math.max(value, 0))) as Float64Array;
  for (let g = 0; g + 1 < starts.length; g++) {
    const sums = sumCluster(weights, fit, rows.subarray(starts[g] as number, starts[g + 1] as number));
    const score = sums.score;
    if (adjusted) {
      const inner = remainder(root, sums.weighted, size, type);
      if (inner === null) return null;
      const change = timesVector(sums.plain, timesVector(inner, sums.squaredScore));
      for (let j = 0; j < size; j++) score[j] = (score[j] as number) + (change[j] as number);
    }
    addOuter(meat, score, 1);
  }
  return meat;
}

/** g(BA)B = B^½ g(B^½ A B^½) B^½, or null where an eigenvalue (a leverage of the cluster) is 1. */
function remainder(
  root: Float64Array,
  weighted: Float64Array,
  size: number,
  type: CovarianceType,
): Float64Array | null {
  const inner = spectralFunction(tripleProduct(root, weighted, root, size), size, (leverage) => {
    const rest = 1 - leverage;
    if (rest < LEVERAGE_TOLERANCE) return null;
    // ((1−z)^(−p) − 1)/z without the cancellation near z = 0, for p = 1 and p = ½.
    return type === 'HC3' ? 1 / rest : 1 / (Math.sqrt(rest) * (1 + Math.sqrt(rest)));
  });
  return inner && tripleProduct(root, inner, root, size);
}

interface ClusterSums {
  /** Z'W r and Z'W² r. */
  readonly score: Float64Array;
  readonly squaredScore: Float64Array;
  /** Z'WZ and Z'Z over the cluster's rows of positive weight. */
  readonly weighted: Float64Array;
  readonly plain: Float64Array;
}

function sumCluster(weights: Float64Array | null, fit: LeastSquaresFit, rows: Int32Array): ClusterSums {
  const { columns, centres } = fit.centred;
  const size = columns.length;
  const score = new Float64Array(size);
  const squaredScore = new Float64Array(size);
  const weighted = new Float64Array(size * size);
  const plain = new Float64Array(size * size);
  const z = new Float64Array(size);
  for (const i of rows) {
    const weight = weights === null ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    const residual = fit.residuals[i] as number;
    for (let j = 0; j < size; j++) {
      z[j] = ((columns[j] as Float64Array)[i] as number) - (centres[j] as number);
      score[j] = (score[j] as number) + weight * residual * (z[j] as number);
      squaredScore[j] = (squaredScore[j] as number) + weight * weight * residual * (z[j] as number);
    }
    addOuter(weighted, z, weight);
    addOuter(plain, z, 1);
  }
  return { score, squaredScore, weighted, plain };
}

/** Rows sorted by cluster, and where each cluster starts: a counting sort. */
function rowsByCluster(clusters: Int32Array): { rows: Int32Array; starts: Int32Array } {
  const count = clusters.reduce((largest, id) => Math.max(largest, id), -1) + 1;
  const starts = new Int32Array(count + 1);
  for (const id of clusters) starts[id + 1] = (starts[id + 1] as number) + 1;
  for (let g = 0; g < count; g++) starts[g + 1] = (starts[g + 1] as number) + (starts[g] as number);
  const next = starts.slice();
  const rows = new Int32Array(clusters.length);
  clusters.forEach((id, row) => {
    const place = next[id] as number;
    rows[place] = row;
    next[id] = place + 1;
  });
  return { rows, starts };
}

/** matrix += factor · vv'. */
function addOuter(matrix: Float64Array, vector: Float64Array, factor: number): void {
  const size = vector.length;
  for (let a = 0; a < size; a++) {
    const scaled = factor * (vector[a] as number);
    for (let b = 0; b < size; b++)
      matrix[a * size + b] = (matrix[a * size + b] as number) + scaled * (vector[b] as number);
  }
}

/** v'Av. */
function quadratic(matrix: Float64Array, vector: Float64Array): number {
  const size = vector.length;
  let total = 0;
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++)
      total += (vector[a] as number) * (matrix[a * size + b] as number) * (vector[b] as number);
  return total;
}
