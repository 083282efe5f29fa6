/**
 * `runStudy`: outcomes × windows × designs × groups in one call. Declaration → columns (errors of input) → plan (cells and
 * holes) → batch by batch of outcomes that share a family: fit, measure, compare, adjust → one plain result.
 */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireInteger, requireOneOf } from '../base/options.js';
import { VERSION } from '../base/version.js';
import type { Warning } from '../base/warnings.js';
import type { TableOf } from '../data/table.js';
import { resolveLevel, TARGETS } from '../effects/options.js';
import { FOREST_OPTION_NAMES, type ForestOptions, resolveForestOptions } from '../forest/forest-options.js';
import { CONTROL_NAMES, startWork } from '../forest/work-control.js';
import { requireSeed } from '../math/random.js';
import { type BatchResult, runBatch } from './batch.js';
import type { StudyDeclaration, StudyOptions } from './declaration.js';
import type { DeclaredOutcome } from './declared-outcomes.js';
import { describeDesign } from './describe-designs.js';
import { makeFitter } from './fits.js';
import { histogram } from './histogram.js';
import { runInLanes } from './lanes.js';
import { distinct } from './measure.js';
import { type Grouping, type OpenStudy, openStudy } from './open-study.js';
import { batchesOf, planStudy } from './plan.js';
import { type DeclaredStudy, readDeclaration } from './read-declaration.js';
import type { Study, StudyGroupingInfo, StudyOutcomeInfo } from './types.js';

/** Bins of the treatment share: 5 percentage points each. */
const SHARE_BINS = 20;

/**
 * Runs a whole study: every outcome in every window, for every design, over all rows and in every group.
 *
 * Each design's propensity is estimated once and shared; each effect is what `fitCausalForest` and `averageEffect`,
 * `relativeEffect` or `ratioEffect` give for the same rows. Intervals and p-values account for each other by family
 * (`effects/simultaneous.ts`), across forests, rows and windows, by cluster where there are clusters; so do the
 * differences between groups and the trends over windows. Differences and percentages are adjusted each for themselves.
 *
 * A cell that cannot be estimated (a window without rows, a design nobody received, a group of one arm or fewer than 30
 * rows, an outcome that hardly varies) is a row of nulls whose warning says why; the rest of the study is not affected.
 *
 * @param data an array of row objects, or an object of columns, as for `createTrial`
 * @param declaration covariates, treatment or designs, outcomes, windows, groups, clusters, weights, known propensity
 * @param options of the forests (defaults as `fitCausalForest`, but 1,000 trees), `level`, `target`, `draws`, `include`;
 *   `onProgress` counts the causal forests of the whole study; `signal` stops it: the promise rejects with `signal.reason`
 * @returns a promise of plain frozen data, the same through JSON. While it runs, memory holds a number for each unit (row
 *   or cluster) and effect of the families under way.
 * @throws InvalidOptionError, InvalidDataError naming the part of the declaration or the column, before anything is fitted
 *
 * @example
 * const study = await runStudy(rows, {
 *   covariates: ['age', 'region'],
 *   treatment: 'coached',
 *   outcomes: { sales: 'sales', perCall: { numerator: 'sales', denominator: 'calls', as: 'totals' } },
 *   windows: ['1', '2', '3'],
 *   windowColumns: (column, month) => `${column}${month}`,
 *   groups: { region: 'region', age: { column: 'age', cuts: [30, 45] } },
 * });
 */
export async function runStudy<Data extends TableOf<Data>>(
  data: Data,
  declaration: StudyDeclaration<Data>,
  options: StudyOptions = {},
): Promise<Study> {
  const started = Date.now();
  const { settings, forest, control } = resolveOptions(options);
  const declared = readDeclaration(declaration);
  if (settings.target === 'overlap') requireNoTotals(declared);
  const open = openStudy(data, declared);
  const { numTrees } = resolveForestOptions(forest, { ...open.frame, covariateCount: open.frame.covariates.length });
  options.signal?.throwIfAborted();

  const warnings: Warning[] = [...open.frame.warnings];
  let forests = 0;
  const fitter = makeFitter(open, forest, control, {
    forest: () => forests++,
    warning: (one) => warnings.push(one),
  });
  const plans = planStudy(declared, open, fitter, options.include);
  if (plans.length === 0)
    throw new InvalidOptionError('include', options.include, 'a rule that is true for at least one cell');
  const total = plans.reduce((sum, { prepared }) => sum + ('run' in prepared ? prepared.forests : 0), 0);
  const batchOptions = {
    ...settings,
    lanes: control.workers === 0 ? 1 : LANES,
    signal: options.signal,
    covariateLabels: declared.covariateLabels,
    onCell: (phase: string) => options.onProgress?.({ phase, done: forests, total }),
  };
  const results: BatchResult[] = [];
  for (const batch of batchesOf(plans)) results.push(await runBatch(batch, open, batchOptions));
  const designs = await runInLanes(
    open.designs.map(
      (design) => async () =>
        describeDesign(design, await fitter.propensity(design), open.frame, declared.covariateLabels),
    ),
    batchOptions.lanes,
  );
  /** In the order of declaration: families may have bound outcomes that do not stand side by side. */
  const place = new Map(declared.outcomes.map(({ name }, k) => [name, k]));
  const inOrder = <Found extends { readonly outcome: string }>(found: readonly Found[]): readonly Found[] =>
    Object.freeze([...found].sort((a, b) => (place.get(a.outcome) as number) - (place.get(b.outcome) as number)));
  const { frame } = open;
  options.onProgress?.({ phase: 'study', done: total, total });
  return Object.freeze({
    kind: 'study',
    title: declared.title,
    rows: inOrder(results.flatMap(({ rows }) => rows)),
    differences: inOrder(results.flatMap(({ differences }) => differences)),
    trends: inOrder(results.flatMap(({ trends }) => trends)),
    families: Object.freeze(results.flatMap(({ families }) => families)),
    outcomes: Object.freeze(declared.outcomes.map(outcomeInfo)),
    windows: Object.freeze(declared.windows.map(({ name, label, at }) => Object.freeze({ name, label, at }))),
    groups: Object.freeze(open.groupings.map(groupingInfo)),
    designs: Object.freeze(designs),
    covariates: Object.freeze(
      frame.covariates.map(({ name, kind }) =>
        Object.freeze({ name, label: declared.covariateLabels.get(name) ?? name, kind }),
      ),
    ),
    distributions: inOrder(results.flatMap(({ distributions }) => distributions)),
    profiles: inOrder(results.flatMap(({ profiles }) => profiles)),
    treatmentShare: shareInfo(declared, open),
    table: Object.freeze({
      rows: frame.rowCount,
      clusters: frame.clusters?.count ?? null,
      clusterColumn: frame.clusters?.name ?? null,
      weightColumn: frame.weights ? columnName(declared.frame.weights, 'weights') : null,
    }),
    level: settings.level,
    target: settings.target,
    numTrees,
    seed: settings.seed,
    draws: settings.draws,
    forests,
    seconds: (Date.now() - started) / 1000,
    version: VERSION,
    warnings: distinct(warnings),
  });
}

/**
 * Cells that are fitted at a time where worker threads may be used: while one is prepared or measured on the calling
 * thread, the workers train another.
 */
const LANES = 2;

/** Default trees of a forest; why half of the usual number will do stands at the option. */
const TREES = 1000;

const OWN_KEYS = ['level', 'target', 'draws', 'include'] as const;

function resolveOptions(options: StudyOptions) {
  rejectUnknownKeys('options', options, [...FOREST_OPTION_NAMES, ...CONTROL_NAMES, ...OWN_KEYS]);
  const { level, target, draws, include, onProgress: _, signal, workers, ...forest } = options;
  if (include !== undefined && typeof include !== 'function')
    throw new InvalidOptionError('include', include, 'a rule that returns true or false');
  startWork({ ...(workers === undefined ? {} : { workers }) });
  return {
    forest: { ...forest, numTrees: forest.numTrees ?? TREES } satisfies ForestOptions,
    control: { ...(signal ? { signal } : {}), ...(workers === undefined ? {} : { workers }) },
    settings: {
      level: resolveLevel(level),
      target: requireOneOf('target', target ?? 'all', TARGETS),
      draws: requireInteger('draws', draws ?? 5000, { min: 200 }),
      seed: requireSeed('seed', forest.seed ?? 42),
    },
  };
}

function outcomeInfo({ name, label, unit, inWindows }: DeclaredOutcome): StudyOutcomeInfo {
  const { numerator, as } = (inWindows[0] ?? {}) as { readonly numerator?: unknown; readonly as?: unknown };
  const kind = as === 'totals' ? 'ratioOfTotals' : numerator === undefined ? 'column' : 'meanOfRatios';
  return Object.freeze({ name, label, kind, unit });
}

const groupingInfo = ({ name, label, groups, missing, warnings }: Grouping): StudyGroupingInfo =>
  Object.freeze({
    name,
    label,
    groups: Object.freeze(groups.map((group) => Object.freeze({ label: group.label, rows: group.rows.length }))),
    missing,
    warnings,
  });

const shareInfo = (
  { treatmentShare }: DeclaredStudy,
  { treatmentShare: values }: OpenStudy,
): Study['treatmentShare'] =>
  treatmentShare && values
    ? Object.freeze({
        ...treatmentShare,
        histogram: histogram(
          values.filter((value) => !Number.isNaN(value)),
          0,
          1,
          SHARE_BINS,
        ),
      })
    : null;

/** A column of the table, or an array given under the option's name. */
const columnName = (given: unknown, option: string): string => (typeof given === 'string' ? given : option);

/** The overlap-weighted effect is a slope: there are no means of arms to divide. */
function requireNoTotals({ outcomes }: DeclaredStudy): void {
  const totals = outcomes.find((outcome) => outcomeInfo(outcome).kind === 'ratioOfTotals');
  if (totals)
    throw new InvalidOptionError(
      'target',
      'overlap',
      `'all', 'treated' or 'control': outcome '${totals.name}' is a ratio of totals, which has means of arms only`,
    );
}
