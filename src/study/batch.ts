/**
 * A batch of cells from fits to results: forests are fitted a few at a time, each is measured and let go; then groups are
 * compared, trends taken, and families closed. What a batch holds in memory is one influence function for each effect.
 */
import { type Warning, warning } from '../base/warnings.js';
import { combination, LEAST_WINDOWS, trendCoefficients } from './combinations.js';
import { closeFamilies, type Member, type MemberEffects } from './families.js';
import { type Fit, type Hole, rowsIn, weighted } from './fits.js';
import { hardlyVaries, tooLittle } from './holes.js';
import { runInLanes } from './lanes.js';
import { distinct, type Measurement, type MeasureOptions, type Measures, measure, NOTHING } from './measure.js';
import type { Grouping, OpenStudy } from './open-study.js';
import { type CellPlan, type PlannedRow, phaseOf } from './plan.js';
import { distributionOf, profilesOf } from './profiles.js';
import type { StudyDifference, StudyDistribution, StudyFamily, StudyProfile, StudyRow, StudyTrend } from './types.js';

export interface BatchOptions extends MeasureOptions {
  readonly draws: number;
  readonly seed: number;
  readonly lanes: number;
  readonly signal: AbortSignal | undefined;
  readonly covariateLabels: ReadonlyMap<string, string>;
  readonly onCell: (phase: string) => void;
}

export interface BatchResult {
  readonly rows: readonly StudyRow[];
  readonly differences: readonly StudyDifference[];
  readonly trends: readonly StudyTrend[];
  readonly families: readonly StudyFamily[];
  readonly distributions: readonly StudyDistribution[];
  readonly profiles: readonly StudyProfile[];
}

/** A row of the result with what is behind it. */
interface MeasuredRow extends PlannedRow {
  readonly plan: CellPlan;
  readonly measures: Measures;
}

export async function runBatch(
  plans: readonly CellPlan[],
  open: OpenStudy,
  options: BatchOptions,
): Promise<BatchResult> {
  const done = await runInLanes(
    plans.map((plan) => () => runCell(plan, open, options)),
    options.lanes,
  );
  const measured = done.flatMap(({ rows }) => rows);
  const differences = open.groupings.flatMap((grouping) => compareGroups(grouping, measured, options));
  const trends = trendsOf(measured, options);

  const families: StudyFamily[] = [];
  const closed = async (members: readonly Member[], of: StudyFamily['of']): Promise<readonly MemberEffects[]> => {
    // The multipliers of a large family take a second or so: callers may look at progress, or abort, between them.
    await new Promise((resolve) => setTimeout(resolve, 0));
    options.signal?.throwIfAborted();
    const result = closeFamilies(members, of, options);
    families.push(...result.families);
    return result.effects;
  };
  const rowEffects = await closed(
    measured.map(({ family, measures: { difference, percent } }) => ({ family, difference, percent })),
    'rows',
  );
  const differenceEffects = await closed(differences, 'differences');
  const trendEffects = await closed(trends, 'trends');
  const rows = measured.map(
    ({ cell, family, measures }, k): StudyRow => Object.freeze({ ...cell, family, ...measures, ...rowEffects[k] }),
  );
  return {
    rows,
    differences: differences.map((member, k) => Object.freeze({ ...member, ...differenceEffects[k] })),
    trends: trends.map((member, k) => Object.freeze({ ...member, ...trendEffects[k] })),
    families,
    ...details(plans, done, rows, open, options),
  };
}

interface CellResult {
  readonly rows: readonly MeasuredRow[];
  readonly fit: Fit | null;
}

/** Fits a cell and measures all its rows. */
async function runCell(plan: CellPlan, open: OpenStudy, options: BatchOptions): Promise<CellResult> {
  options.signal?.throwIfAborted();
  const found = 'run' in plan.prepared ? await plan.prepared.run() : plan.prepared;
  options.onCell(phaseOf(plan));
  const rows = plan.rows.map((row) => ({ ...row, plan, measures: measureRow(row, plan, found, open, options) }));
  return { rows, fit: 'forest' in found ? found : null };
}

function measureRow(
  { cell, group }: PlannedRow,
  { design, totals, name }: CellPlan,
  found: Fit | Hole,
  { frame }: OpenStudy,
  options: MeasureOptions,
): Measures {
  const chosen = group ? found.rows.filter((row) => group.has[row] === 1) : found.rows;
  const where = group ? `group '${group.label}' of '${cell.groupBy}'` : `design '${design.name}'`;
  const counts = rowsIn(frame, design, chosen, where);
  const reason =
    'reason' in found
      ? found.reason
      : (tooLittle(counts, design.name) ?? hardlyVaries(name, found.outcome, weighted(frame, chosen), where));
  if ('forest' in found && reason === null) {
    const measures = measure(found, chosen, frame, options);
    return { ...measures, warnings: distinct([...found.warnings, ...measures.warnings]) };
  }
  const { clusters } = frame;
  return {
    rows: counts.rows,
    treated: counts.treated,
    control: counts.rows - counts.treated,
    clusters: clusters ? new Set(Array.from(weighted(frame, chosen), (row) => clusters.ids[row])).size : null,
    controlMean: null,
    difference: totals ? null : NOTHING,
    percent: options.target === 'overlap' ? null : NOTHING,
    warnings: distinct([...(reason ? [reason] : []), ...found.warnings]),
  };
}

/** Rows by what they share, in the order in which they come. */
function together<Row>(rows: readonly Row[], keyOf: (row: Row) => readonly (string | null)[]): Row[][] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()];
}

/** Both measures of a combination of rows; null where the outcome or target has no such measure. */
const inBothMeasures = (
  rows: readonly MeasuredRow[],
  combine: (parts: readonly Measurement[]) => Measurement,
): Pick<Member, 'difference' | 'percent'> => {
  const of = (measure: 'difference' | 'percent'): Measurement | null => {
    const parts = rows.map(({ measures }) => measures[measure]).filter((part) => part !== null);
    return parts.length === rows.length ? combine(parts) : null;
  };
  return { difference: of('difference'), percent: of('percent') };
};

type Comparison = Omit<StudyDifference, 'difference' | 'percent'> & Member;

/** Later groups minus earlier ones, or all minus the reference, in each window and design. */
function compareGroups(grouping: Grouping, measured: readonly MeasuredRow[], { level }: MeasureOptions): Comparison[] {
  const own = measured.filter(({ cell }) => cell.groupBy === grouping.name);
  return together(own, ({ cell }) => [cell.outcome, cell.design, cell.window]).flatMap((rows) =>
    rows.flatMap((reference, k) => {
      const others = grouping.reference === null ? rows.slice(k + 1) : rows.filter((row) => row !== reference);
      if (grouping.reference !== null && reference.cell.group !== grouping.reference) return [];
      return others.map((row): Comparison => {
        const sides = [row, reference];
        return {
          outcome: row.cell.outcome,
          window: row.cell.window,
          groupBy: grouping.name,
          group: row.cell.group as string,
          reference: reference.cell.group as string,
          design: row.cell.design,
          family: row.family,
          ...inBothMeasures(sides, (parts) => combination(parts, [1, -1], level)),
          warnings: Object.freeze(
            sides.flatMap(({ cell, measures }) =>
              measures.warnings.map(({ code, message }) => warning(code, `Group '${cell.group}': ${message}`)),
            ),
          ),
        };
      });
    }),
  );
}

type Trend = Omit<StudyTrend, 'difference' | 'percent'> & Member;

/** Trends over the windows that have an estimate, for every outcome, design and group with three windows or more. */
function trendsOf(measured: readonly MeasuredRow[], { level }: MeasureOptions): Trend[] {
  const lines = together(
    measured.filter(({ cell }) => cell.window !== null),
    ({ cell }) => [cell.outcome, cell.design, cell.groupBy, cell.group],
  );
  return lines
    .filter((rows) => rows.length >= LEAST_WINDOWS)
    .map((rows): Trend => {
      const [{ cell, family, measures }] = rows;
      const { outcome, groupBy, group, design } = cell;
      const difference = measures.difference && trendOf(rows, 'difference', level);
      const percent = measures.percent && trendOf(rows, 'percent', level);
      const main = (difference ?? percent) as TrendInMeasure;
      return {
        outcome,
        groupBy,
        group,
        design,
        family,
        windows: Object.freeze(main.known.map((row) => row.cell.window as string)),
        difference: difference ? difference.trend : null,
        percent: percent ? percent.trend : null,
        warnings: Object.freeze([difference, percent].flatMap((one) => one?.warnings ?? [])),
      };
    });
}

interface TrendInMeasure {
  readonly trend: Measurement;
  /** Rows of the windows that have an estimate with an error. */
  readonly known: readonly MeasuredRow[];
  readonly warnings: readonly Warning[];
}

/** The trend of one measure: a percentage may be missing where a difference is not. */
function trendOf(rows: readonly MeasuredRow[], measure: 'difference' | 'percent', level: number): TrendInMeasure {
  const known = rows.filter(({ measures }) => measures[measure]?.influence && measures[measure]?.standardError);
  const parts = known.map(({ measures }) => measures[measure] as Measurement);
  const coefficients = trendCoefficients(
    parts,
    known.map(({ plan }) => plan.at),
  );
  return {
    trend: coefficients ? combination(parts, coefficients, level) : NOTHING,
    known,
    warnings: known.length < rows.length ? [windowsLeftOut(rows, known, measure)] : [],
  };
}

function windowsLeftOut(
  rows: readonly MeasuredRow[],
  known: readonly MeasuredRow[],
  measure: 'difference' | 'percent',
): Warning {
  const names = rows.filter((row) => !known.includes(row)).map(({ cell }) => `'${cell.window}'`);
  const of = measure === 'percent' ? 'percentage' : 'difference';
  return known.length >= LEAST_WINDOWS
    ? warning(
        'WINDOWS_LEFT_OUT',
        `The trend of the ${of} leaves out ${names.join(', ')}, where it has no estimate; their rows say why.`,
      )
    : warning(
        'TOO_FEW_WINDOWS',
        `Only ${known.length} windows have an estimate of the ${of} (not ${names.join(', ')}): a trend needs ${LEAST_WINDOWS}. The windows' rows say why.`,
      );
}

/** Distribution and profiles of each outcome and design, in the last window that was fitted. */
function details(
  plans: readonly CellPlan[],
  done: readonly CellResult[],
  rows: readonly StudyRow[],
  { frame }: OpenStudy,
  options: BatchOptions,
): Pick<BatchResult, 'distributions' | 'profiles'> {
  const distributions: StudyDistribution[] = [];
  const profiles: StudyProfile[] = [];
  const fitted = plans.map((plan, k) => ({ plan, fit: done[k].fit }));
  for (const cells of together(fitted, ({ plan }) => [plan.outcome, plan.design.name])) {
    const last = cells.filter(({ fit }) => fit !== null).at(-1);
    if (!last?.fit) continue;
    const { outcome, window, design } = last.plan;
    const place = { outcome, window, design: design.name };
    const whole = rows.find(
      (row) => row.outcome === outcome && row.window === window && row.design === design.name && row.group === null,
    );
    const found = distributionOf(place, last.fit, whole?.difference?.estimate ?? null, options.level);
    if (found) distributions.push(found);
    profiles.push(...profilesOf(place, last.fit, frame, options.covariateLabels, options));
  }
  return { distributions, profiles };
}
