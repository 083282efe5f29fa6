/**
 * A family of effects looked at together (outcomes × groups × targets): intervals that all hold at once, and p-values
 * adjusted for their number. The members' influence functions ψ are stacked, so their dependence is used, not assumed.
 *
 *   T*_m = Σ_c ξ_c Ψ_mc / √(Σ_c Ψ_mc²),  Ψ_mc = Σ_{i∈c} ψ_mi,  ξ_c independent standard normal  (multiplier bootstrap,
 *          Chernozhukov, Chetverikov & Kato 2013; clusters or rows)
 *   interval: θ̂ ± c·se, c the quantile of max_m |T*_m| at the level
 *   Romano & Wolf 2005, step by step from the largest |t|: p_k = (1 + #{max over members not yet passed |T*| ≥ |t_k|}) /
 *          (draws + 1), made monotone
 *   Holm and Benjamini–Hochberg: math/adjust.ts, from two-sided normal p-values
 */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireInteger, requireOneOf } from '../base/options.js';
import type { RatioForests } from '../causal/ratio-forests.js';
import type { CausalForest } from '../causal/types.js';
import type { Clusters } from '../data/trial.js';
import { benjaminiHochberg, holm } from '../math/adjust.js';
import { twoSidedTail } from '../math/normal.js';
import { requireSeed, streamFor } from '../math/random.js';
import { type AverageEffect, type Measured, measureDifference } from './average.js';
import { jointInfluence } from './influence.js';
import { AVERAGE_KEYS, type AverageEffectOptions, resolveAverageOptions, resolveLevel } from './options.js';
import { measureRatio, type RatioEffect, requireSameTrial, sameNumbers } from './ratio-of-totals.js';
import { measurePercent, type RelativeEffect, resolveRelativeOptions } from './relative.js';

/** One effect of a family: a forest (or two, for a ratio of totals), and of what its effect is asked. */
export interface FamilyMember extends Omit<AverageEffectOptions, 'level'> {
  /** Names the member in the result. */
  readonly label: string;
  /** All members' forests must be fitted on the same rows. */
  readonly forest: CausalForest | RatioForests;
  /** 'difference' in outcome units, the default, or 'percent', the only measure of a ratio of totals. */
  readonly measure?: 'difference' | 'percent';
}

/** Options of `effectFamily`; defaults stand at each. */
export interface FamilyOptions {
  /** Chance that all simultaneous intervals hold. Default 0.95. */
  readonly level?: number;
  /** Draws of the multipliers, at least 200. Default 5000: p-values by Romano & Wolf are multiples of 1/(draws + 1). */
  readonly draws?: number;
  /** Of the multipliers. Default 42. */
  readonly seed?: number;
}

/** A member's effect. `interval` holds by itself; the others account for the family. All null where it has no error. */
export type FamilyEffect = (AverageEffect | RelativeEffect | RatioEffect) & {
  readonly label: string;
  /** Estimate ± critical · standard error. For percentages by the delta method, whatever `interval` used. */
  readonly simultaneousInterval: readonly [lower: number, upper: number] | null;
  /** Two-sided, normal, of this effect alone. */
  readonly pValue: number | null;
  readonly adjusted: Readonly<Record<'romanoWolf' | 'holm' | 'benjaminiHochberg', number>> | null;
};

/** What `effectFamily` finds. */
export interface EffectFamily {
  readonly members: readonly FamilyEffect[];
  /** Standard errors to either side of every simultaneous interval; null where no member has an error. */
  readonly critical: number | null;
  readonly level: number;
}

/**
 * Measures every member and adjusts for their number. Members without a standard error (see their warnings) are not
 * counted.
 * @throws InvalidOptionError for wrong options, repeated labels, or forests of different rows
 * @example effectFamily(['north', 'south'].map((region) => ({ label: region, forest, rows: (x) => x.region === region })))
 */
export function effectFamily(members: readonly FamilyMember[], options: FamilyOptions = {}): EffectFamily {
  rejectUnknownKeys('options', options, ['level', 'draws', 'seed']);
  const level = resolveLevel(options.level);
  const draws = requireInteger('draws', options.draws ?? 5000, { min: 200 });
  const seed = requireSeed('seed', options.seed ?? 42);
  if (!Array.isArray(members) || members.length === 0)
    throw new InvalidOptionError('members', members, 'a list of at least one { label, forest }');
  const clusters = requireSameRows(members);
  const measured = members.map((member, k) => measure(member, k, level));
  const counted = measured.flatMap(({ result, influence }, member) =>
    influence && result.estimate !== null && result.standardError
      ? [
          {
            member,
            t: result.estimate / result.standardError,
            influence: unitInfluence(jointInfluence(influence), clusters),
          },
        ]
      : [],
  );
  const draw =
    counted.length > 0
      ? multiplierDraws(
          counted.map(({ influence }) => influence),
          draws,
          seed,
        )
      : null;
  const critical = draw && quantileOfLargest(draw, level);
  const pValues = counted.map(({ t }) => twoSidedTail(t));
  const adjustments = {
    romanoWolf: draw
      ? romanoWolf(
          counted.map(({ t }) => Math.abs(t)),
          draw,
        )
      : [],
    holm: holm(pValues),
    benjaminiHochberg: benjaminiHochberg(pValues),
  };
  return Object.freeze({
    members: Object.freeze(
      measured.map(({ result }, member): FamilyEffect => {
        const place = counted.findIndex((one) => one.member === member);
        const { estimate, standardError } = result;
        const known = place >= 0 && critical !== null && estimate !== null && standardError !== null;
        return Object.freeze({
          ...result,
          label: members[member].label,
          simultaneousInterval: known
            ? Object.freeze([estimate - critical * standardError, estimate + critical * standardError] as const)
            : null,
          pValue: known ? pValues[place] : null,
          adjusted: known
            ? Object.freeze({
                romanoWolf: adjustments.romanoWolf[place],
                holm: adjustments.holm[place],
                benjaminiHochberg: adjustments.benjaminiHochberg[place],
              })
            : null,
        });
      }),
    ),
    critical,
    level,
  });
}

function measure(
  { label, forest, measure: chosen, ...options }: FamilyMember,
  member: number,
  level: number,
): Measured<AverageEffect | RelativeEffect | RatioEffect> {
  rejectUnknownKeys(
    `members[${member}]`,
    options,
    AVERAGE_KEYS.filter((key) => key !== 'level'),
  );
  const ratio = 'numerator' in forest;
  const kind = requireOneOf('measure', chosen ?? (ratio ? 'percent' : 'difference'), ['difference', 'percent']);
  if (!ratio && kind === 'difference')
    return measureDifference(forest, resolveAverageOptions(forest, { ...options, level }));
  if (ratio && kind === 'difference')
    throw new InvalidOptionError('measure', kind, `'percent' for a ratio of totals (${label})`);
  const resolved = resolveRelativeOptions(ratio ? forest.numerator : forest, { ...options, level } as Parameters<
    typeof resolveRelativeOptions
  >[1]);
  if (!ratio) return measurePercent(forest, resolved);
  requireSameTrial(forest);
  return measureRatio(forest, resolved);
}

/** Stacked influence functions need one entry per row of one table, and one kind of unit. */
function requireSameRows(members: readonly FamilyMember[]): Clusters | null {
  const labels = new Set<string>();
  const [first] = members.map(({ forest }) => ('numerator' in forest ? forest.numerator : forest).trial);
  for (const { label, forest } of members) {
    if (typeof label !== 'string' || labels.has(label))
      throw new InvalidOptionError('label', label, 'a label of its own for every member');
    labels.add(label);
    const { trial } = 'numerator' in forest ? forest.numerator : forest;
    const same =
      trial.rowCount === first.rowCount &&
      sameNumbers(trial.treatment.values, first.treatment.values) &&
      sameNumbers(trial.clusters?.ids, first.clusters?.ids);
    if (!same)
      throw new InvalidOptionError(
        'forest',
        label,
        `fitted on the same rows as '${members[0].label}'; where outcomes leave rows out, select rows that all outcomes have (selectRows)`,
      );
  }
  return first.clusters;
}

/** Ψ by cluster, scaled to length 1. */
function unitInfluence(values: Float64Array, clusters: Clusters | null): Float64Array {
  const sums = clusters ? new Float64Array(clusters.count) : values;
  if (clusters) for (let row = 0; row < values.length; row++) sums[clusters.ids[row]] += values[row];
  const length = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  return sums.map((value) => value / length);
}

/** |T*| of every member in every draw. */
function multiplierDraws(influences: readonly Float64Array[], draws: number, seed: number): Float64Array[] {
  const stream = streamFor(seed, 'effect family');
  const units = influences[0].length;
  const multipliers = new Float64Array(units);
  return Array.from({ length: draws }, () => {
    for (let unit = 0; unit < units; unit++) multipliers[unit] = stream.normal();
    return Float64Array.from(influences, (influence) => {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) sum += multipliers[unit] * influence[unit];
      return Math.abs(sum);
    });
  });
}

/** The order statistic at ⌈level·(draws + 1)⌉. */
function quantileOfLargest(draws: readonly Float64Array[], level: number): number {
  const largest = Float64Array.from(draws, (draw) => draw.reduce((most, value) => Math.max(most, value), 0)).sort();
  return largest[Math.min(draws.length, Math.ceil(level * (draws.length + 1))) - 1];
}

function romanoWolf(t: readonly number[], draws: readonly Float64Array[]): number[] {
  const order = Array.from(t.keys()).sort((a, b) => t[b] - t[a]);
  const adjusted = new Array<number>(t.length);
  // Largest |T*| among the members from the k-th on, built from the smallest |t| upward.
  const largest = new Float64Array(draws.length);
  for (let k = order.length - 1; k >= 0; k--) {
    const member = order[k];
    let beyond = 0;
    for (let d = 0; d < draws.length; d++) {
      largest[d] = Math.max(largest[d], draws[d][member]);
      if (largest[d] >= t[member]) beyond++;
    }
    adjusted[member] = (1 + beyond) / (draws.length + 1);
  }
  let before = 0;
  for (const member of order) before = adjusted[member] = Math.max(before, adjusted[member]);
  return adjusted;
}
