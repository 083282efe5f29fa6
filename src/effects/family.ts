/**
 * A family of effects looked at together (outcomes × groups × targets): intervals that all hold at once, and p-values
 * adjusted for their number, as simultaneous.ts has it. The members' influence functions are aligned by the clusters, or
 * else by the rows, of the table that their forests come from.
 */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireInteger, requireOneOf } from '../base/options.js';
import type { RatioForests } from '../causal/ratio-forests.js';
import type { CausalForest } from '../causal/types.js';
import type { Trial } from '../data/trial.js';
import { requireSeed } from '../math/random.js';
import { type AverageEffect, type Measured, measureDifference } from './average.js';
import { jointInfluence } from './influence.js';
import { AVERAGE_KEYS, type AverageEffectOptions, resolveAverageOptions, resolveLevel } from './options.js';
import { measureRatio, type RatioEffect, requireSameTrial, sameNumbers } from './ratio-of-totals.js';
import { measurePercent, type RelativeEffect, resolveRelativeOptions } from './relative.js';
import { type JointInference, stackedInference, sumByUnit } from './simultaneous.js';

/** One effect of a family: a forest (or two, for a ratio of totals), and of what its effect is asked. */
export interface FamilyMember extends Omit<AverageEffectOptions, 'level'> {
  /** Names the member in the result. */
  readonly label: string;
  /** All members' forests must be fitted on the same rows, unless `tableRows` says which rows each was fitted on. */
  readonly forest: CausalForest | RatioForests;
  /**
   * For forests fitted on different rows of one table: the table's row number of each row of the forest's trial (as given
   * to `selectRows`). All members need it then. With clusters, members are aligned by the clusters' labels.
   */
  readonly tableRows?: ArrayLike<number>;
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
  const units = unitsOf(members);
  const measured = members.map((member, k) => measure(member, k, level));
  const counted = measured.flatMap(({ result, influence }, member) =>
    influence && result.estimate !== null && result.standardError
      ? [
          {
            member,
            estimate: result.estimate,
            standardError: result.standardError,
            influence: sumByUnit(jointInfluence(influence), units.of[member], units.count),
          },
        ]
      : [],
  );
  const { members: joint, critical } = stackedInference(counted, { level, draws, seed });
  const found = new Map<number, JointInference>(counted.map(({ member }, k) => [member, joint[k]]));
  return Object.freeze({
    members: Object.freeze(
      measured.map(
        ({ result }, member): FamilyEffect =>
          Object.freeze({ ...result, label: members[member].label, ...(found.get(member) ?? NOT_COUNTED) }),
      ),
    ),
    critical,
    level,
  });
}

const NOT_COUNTED = { simultaneousInterval: null, pValue: null, adjusted: null } as const;

function measure(
  { label, forest, measure: chosen, tableRows: _, ...options }: FamilyMember,
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

interface Units {
  readonly count: number;
  /** Unit of each row of each member's trial. */
  readonly of: readonly Int32Array[];
}

/** One numbering of clusters (or rows) for all members. */
function unitsOf(members: readonly FamilyMember[]): Units {
  const labels = new Set<string>();
  for (const { label } of members) {
    if (typeof label !== 'string' || labels.has(label))
      throw new InvalidOptionError('label', label, 'a label of its own for every member');
    labels.add(label);
  }
  const trials = members.map(({ forest }) => ('numerator' in forest ? forest.numerator : forest).trial);
  return members.some(({ tableRows }) => tableRows !== undefined)
    ? unitsOfTable(members, trials)
    : unitsOfTrial(members, trials);
}

/** Without row numbers every member must have the rows of the first. */
function unitsOfTrial(members: readonly FamilyMember[], trials: readonly Trial[]): Units {
  const [first] = trials;
  trials.forEach((trial, k) => {
    const same =
      trial.rowCount === first.rowCount &&
      sameNumbers(trial.treatment.values, first.treatment.values) &&
      sameNumbers(trial.clusters?.ids, first.clusters?.ids);
    if (!same)
      throw new InvalidOptionError(
        'forest',
        members[k].label,
        `fitted on the same rows as '${members[0].label}', or given with tableRows: the rows of one table that it was fitted on`,
      );
  });
  const ids = first.clusters?.ids ?? Int32Array.from({ length: first.rowCount }, (_, row) => row);
  return { count: first.clusters?.count ?? first.rowCount, of: trials.map(() => ids) };
}

/** Units by cluster label, or by row number of the table. */
function unitsOfTable(members: readonly FamilyMember[], trials: readonly Trial[]): Units {
  const idOf = new Map<string | number, number>();
  const unit = (key: string | number): number => {
    const id = idOf.get(key) ?? idOf.size;
    idOf.set(key, id);
    return id;
  };
  const clustered = trials[0].clusters !== null;
  const of = members.map(({ label, tableRows }, k) => {
    const { clusters, rowCount } = trials[k];
    if (tableRows?.length !== rowCount)
      throw new InvalidOptionError(
        'tableRows',
        tableRows,
        `one row number for each of the ${rowCount} rows of '${label}'`,
      );
    if ((clusters !== null) !== clustered)
      throw new InvalidOptionError(
        'forest',
        label,
        `${clustered ? 'with' : 'without'} clusters, as '${members[0].label}'`,
      );
    if (clusters) return Int32Array.from(clusters.ids, (id) => unit(clusters.labels[id]));
    const rows = Int32Array.from(tableRows, (row, position) => {
      if (!Number.isInteger(row) || row < 0)
        throw new InvalidOptionError(`tableRows[${position}]`, row, 'a row number of at least 0');
      return unit(row);
    });
    return rows;
  });
  return { count: idOf.size, of };
}
