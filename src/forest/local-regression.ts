/**
 * A ridge regression around one point x₀, in buffers of its own (Friedberg, Tibshirani, Athey & Wager 2021, "Local linear
 * forests", §2 and §3). With kernel weights a_j (times sample weights) and u_j = (1, X_j − x₀):
 *   of a mean:   min Σ a_j (Y_j − u_j'θ)² + Σ_k P_k θ_k²,                      the estimate is θ₀ = μ̂(x₀);
 *   of a slope:  min Σ a_j (Y_j − u_j'θ − W_j u_j'η)² + Σ_k (P_k θ_k² + R_k η_k²),   the estimate is η₀ = τ̂(x₀).
 * θ₀ and η₀ are not penalised. P_k = λ d_k with d_k = Σ a_j u_jk² (`covariance`: each covariate in units of its own spread
 * around the point), or the mean of the d_k for all (`equal`); R_k likewise with d_k = Σ a_j W_j² u_jk².
 * Without variation around the point a covariate takes no part, and of dependent ones (λ = 0) the first do.
 * Invariant: as λ grows the estimate goes to that without covariates, which is the forest's own.
 */
import { factorIndependentInPlace, solveInPlace } from '../math/positive-definite.js';

/** How the penalty is shared out among covariates. */
export type PenaltyScale = 'covariance' | 'equal';

export interface LocalData {
  /** The covariates of the correction, row by row: n × `width`. */
  readonly linear: Float64Array;
  readonly width: number;
  readonly outcome: Float64Array;
  /** W; null for a mean. */
  readonly treatment: Float64Array | null;
  /** q; null: 1. */
  readonly sampleWeight: Float64Array | null;
  readonly penaltyScale: PenaltyScale;
}

export class LocalRegression {
  /** Unknowns: 1 [, W], u₁ … [, W u₁ …]; place[i] is the unknown's entry of u, power[i] that of W. */
  private readonly place: readonly number[];
  private readonly power: readonly number[];
  private readonly size: number;
  /** The estimate's unknown. */
  private readonly aim: 0 | 1;
  private readonly u: Float64Array;
  /** Σ a Wᵖ u u' (lower triangles) for p = 0, 1, 2, one after another; Σ a Wᵖ Y u for p = 0, 1. */
  private readonly gram: Float64Array;
  private readonly right: Float64Array;
  private readonly matrix: Float64Array;
  private readonly penalty: Float64Array;
  private readonly solution: Float64Array;
  private readonly combination: Float64Array;

  constructor(private readonly data: LocalData) {
    const width = data.width;
    const slope = data.treatment !== null;
    const covariates = Array.from({ length: width }, (_, k) => k + 1);
    this.place = slope ? [0, 0, ...covariates, ...covariates] : [0, ...covariates];
    this.power = this.place.map((k, i) => (slope && (k === 0 ? i === 1 : i >= width + 2) ? 1 : 0));
    this.size = this.place.length;
    this.aim = slope ? 1 : 0;
    this.u = new Float64Array(width + 1);
    this.gram = new Float64Array((slope ? 3 : 1) * (width + 1) ** 2);
    this.right = new Float64Array((slope ? 2 : 1) * (width + 1));
    this.matrix = new Float64Array(this.size ** 2);
    this.penalty = new Float64Array(this.size);
    this.solution = new Float64Array(this.size);
    this.combination = new Float64Array(this.size);
  }

  /**
   * Sums over the neighbours of x₀.
   * @param weight a_j of every row; @param neighbours the rows to sum over; @param point covariates of x₀ at point[at …]
   */
  gather(weight: Float64Array, neighbours: Int32Array, point: Float64Array, at: number): void {
    const { gram, right, u } = this;
    const { linear, width, outcome, treatment } = this.data;
    const entries = width + 1;
    const block = entries * entries;
    gram.fill(0);
    right.fill(0);
    u[0] = 1;
    for (let n = 0; n < neighbours.length; n++) {
      const j = neighbours[n];
      const a = weight[j];
      for (let k = 0; k < width; k++) u[k + 1] = linear[j * width + k] - point[at + k];
      const y = outcome[j];
      if (treatment === null)
        for (let k = 0; k < entries; k++) {
          const au = a * u[k];
          right[k] += au * y;
          for (let l = 0; l <= k; l++) gram[k * entries + l] += au * u[l];
        }
      else {
        const w = treatment[j];
        for (let k = 0; k < entries; k++) {
          const au = a * u[k];
          right[k] += au * y;
          right[entries + k] += au * w * y;
          for (let l = 0; l <= k; l++) {
            const cell = k * entries + l;
            const product = au * u[l];
            gram[cell] += product;
            gram[block + cell] += product * w;
            gram[2 * block + cell] += product * w * w;
          }
        }
      }
    }
  }

  /** The estimate under λ; NaN where nothing weighs, or the treatment does not vary. */
  solve(lambda: number): number {
    const { place, power, size, aim, gram, right, matrix, solution } = this;
    const entries = this.data.width + 1;
    const block = entries * entries;
    this.penalise(lambda);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const [high, low] = place[i] >= place[j] ? [place[i], place[j]] : [place[j], place[i]];
        matrix[i * size + j] = gram[(power[i] + power[j]) * block + high * entries + low];
      }
      matrix[i * size + i] += this.penalty[i];
      solution[i] = right[power[i] * entries + place[i]];
    }
    factorIndependentInPlace(matrix, size);
    solveInPlace(matrix, size, solution);
    return matrix[aim * size + aim] === Number.POSITIVE_INFINITY ? Number.NaN : solution[aim];
  }

  /** P and R. */
  private penalise(lambda: number): void {
    const { place, power, size, gram, penalty } = this;
    const { width, penaltyScale } = this.data;
    const entries = width + 1;
    const spread = (i: number): number => gram[2 * power[i] * entries * entries + place[i] * (entries + 1)];
    const total = [0, 0];
    for (let i = 0; i < size; i++) if (place[i] > 0) total[power[i]] += spread(i);
    for (let i = 0; i < size; i++)
      penalty[i] = place[i] === 0 ? 0 : lambda * (penaltyScale === 'equal' ? total[power[i]] / width : spread(i));
  }

  /**
   * Replaces the weights a_j by what each row moves the last estimate by, per unit of its kernel weight:
   *   s_j = q_j c'z_j (Y_j − z_j'β̂),  M = Z'AZ + P,  c = M⁻¹e,  z the row of the regression,
   * e the estimate's unit vector. The penalised equations are Σ a_j z_j (Y_j − z_j'β) − Pβ = 0, hence Σ α_j s_j = c'Pβ̂,
   * which is returned: the random forest delta method applied to a penalised regression (Athey, Tibshirani & Wager 2019,
   * §4.1; Friedberg et al., §4).
   */
  influencesInto(weight: Float64Array, neighbours: Int32Array, point: Float64Array, at: number): number {
    const { place, power, size, aim, u, solution, combination } = this;
    const { linear, width, outcome, treatment, sampleWeight } = this.data;
    combination.fill(0);
    combination[aim] = 1;
    solveInPlace(this.matrix, size, combination);
    u[0] = 1;
    for (let n = 0; n < neighbours.length; n++) {
      const j = neighbours[n];
      for (let k = 0; k < width; k++) u[k + 1] = linear[j * width + k] - point[at + k];
      const w = treatment === null ? 0 : treatment[j];
      let fitted = 0;
      let pull = 0;
      for (let i = 0; i < size; i++) {
        const z = power[i] === 1 ? w * u[place[i]] : u[place[i]];
        fitted += solution[i] * z;
        pull += combination[i] * z;
      }
      weight[j] = (sampleWeight ? sampleWeight[j] : 1) * pull * (outcome[j] - fitted);
    }
    let held = 0;
    for (let i = 0; i < size; i++) held += combination[i] * this.penalty[i] * solution[i];
    return held;
  }
}
