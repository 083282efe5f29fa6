/**
 * The analysis: from the table that an analyst has to percent effects with 95 % intervals. It knows nothing of how the
 * table was made. One causal forest for each sample, outcome and window; samples are all workers (AI training or
 * not) and, for each design, the workers trained with it and the controls. The propensity of a sample is estimated
 * once and shared by its forests.
 */
import {
  type CausalForest,
  createTrial,
  effectFamily,
  fitCausalForest,
  fitRegressionForest,
  relativeEffect,
  selectRows,
  type Trial,
} from 'causal-forest';
import { columnOf, type FigureRow, GROUPS } from './figures.js';
import { OUTCOME_NAMES, OUTCOMES, type OutcomeName } from './outcomes.js';

/** Columns of text or numbers, as read from the CSV file or made in memory. */
export type StudyTable = Readonly<Record<string, readonly (string | number | null)[]>>;

/** In percent; null where the data cannot tell. */
export interface PercentInterval {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** An estimate with what a picture of it says. */
export interface Finding extends PercentInterval {
  /** Holds together with those of its family; null where not asked for. */
  readonly simultaneousLower: number | null;
  readonly simultaneousUpper: number | null;
  /** Workers it rests on. */
  readonly rows: number;
  readonly warnings: readonly string[];
}

export interface AnalysisOptions {
  /** Trees of each effect forest (default 2,000); propensity and outcome forests have a quarter. */
  readonly numTrees?: number;
  /** Seed of the forests. Default 1. */
  readonly seed?: number;
  /**
   * Whether intervals that hold together are wanted too (default false; they take a second a family). A family is what one
   * figure shows of one outcome and one training: all its windows and groups.
   */
  readonly simultaneous?: boolean;
}

/** One table under analysis: samples are opened, and their propensities estimated, when first needed. */
export interface Analysis {
  /** Estimates for rows of figures, in their order; rows that one forest can serve share it. */
  estimate(rows: readonly FigureRow[], onForest?: () => void): Promise<readonly Finding[]>;
}

/** The report's nine covariates. The county code is a name, not a quantity. */
export const COVARIATES = [
  'businessUnit',
  { column: 'district', kind: 'category' },
  'firstWorkDate',
  'paymentAccountRegisteredAt',
  'age',
  'gender',
  'paymentsCountPrior3Months',
  'paymentsAmountPrior3Months',
  'fundBalancePrior3Months',
] as const;

const WINDOWS = [1, 2, 3, 4, 5, 6] as const;

/** The forest that serves a row; rows with the same key share it. */
export const forestKey = ({ design, outcome, month }: FigureRow): string => `${design ?? 'allAi'} ${outcome} ${month}`;

export function startAnalysis(
  table: StudyTable,
  { numTrees = 2000, seed = 1, simultaneous = false }: AnalysisOptions = {},
): Analysis {
  const columns = withWindows(table);
  const samples = new Map<string, Promise<Sample>>();
  const sampleOf = (name: string): Promise<Sample> => {
    const sample = samples.get(name) ?? openSample(columns, name, numTrees, seed);
    samples.set(name, sample);
    return sample;
  };
  return {
    async estimate(rows, onForest = () => {}) {
      const results = new Map<FigureRow, Finding>();
      for (const line of new Set(rows.map(lineKey))) {
        const members: Member[] = [];
        for (const key of new Set(rows.filter((row) => lineKey(row) === line).map(forestKey))) {
          const served = rows.filter((row) => forestKey(row) === key);
          const { design, outcome, month } = served[0] as FigureRow;
          const { trial, propensity, groups } = await sampleOf(design ?? 'allAi');
          const forest = await fitCausalForest(trial, {
            outcome: outcomeOf(outcome, month),
            treatmentHat: propensity,
            numTrees,
            seed,
            // Processes divide the forests among the cores already.
            workers: 0,
          });
          for (const row of served) {
            const belongs = row.group === null ? null : groups[columnOf(row.group)]?.map((name) => name === row.group);
            members.push({ row, forest, belongs: belongs ?? null });
          }
          onForest();
        }
        const found = simultaneous ? together(members) : members.map(alone);
        members.forEach(({ row }, k) => {
          results.set(row, found[k] as Finding);
        });
      }
      return rows.map((row) => results.get(row) as Finding);
    },
  };
}

/** One effect to be measured on a fitted forest; null: of all its rows. */
interface Member {
  readonly row: FigureRow;
  readonly forest: CausalForest;
  readonly belongs: readonly boolean[] | null;
}

/** Rows whose forests are needed at the same time: one sample and outcome, all windows. */
const lineKey = ({ design, outcome }: FigureRow): string => `${design ?? 'allAi'} ${outcome}`;

function alone({ forest, belongs }: Member): Finding {
  const { estimate, interval, n, warnings } = relativeEffect(forest, belongs ? { rows: belongs } : {});
  return finding(estimate, interval, null, n, warnings);
}

/** The same estimates, and intervals that hold together within each figure. */
function together(members: readonly Member[]): Finding[] {
  const found = new Map<Member, Finding>();
  for (const figure of new Set(members.map(({ row }) => row.figure))) {
    const own = members.filter(({ row }) => row.figure === figure);
    const family = effectFamily(
      own.map(({ row, forest, belongs }) => ({
        label: `${row.group ?? 'all'} ${row.month}`,
        forest,
        measure: 'percent' as const,
        ...(belongs ? { rows: belongs } : {}),
      })),
    );
    own.forEach((member, k) => {
      const { estimate, interval, simultaneousInterval, n, warnings } = family.members[k] as (typeof family.members)[0];
      found.set(member, finding(estimate, interval, simultaneousInterval, n, warnings));
    });
  }
  return members.map((member) => found.get(member) as Finding);
}

const finding = (
  estimate: number | null,
  interval: readonly [number, number] | null,
  simultaneous: readonly [number, number] | null,
  rows: number,
  warnings: readonly { readonly message: string }[],
): Finding => ({
  estimate,
  lower: interval?.[0] ?? null,
  upper: interval?.[1] ?? null,
  simultaneousLower: simultaneous?.[0] ?? null,
  simultaneousUpper: simultaneous?.[1] ?? null,
  rows,
  warnings: warnings.map(({ message }) => message),
});

/** Adds the quantities' sums over months 1 to k, named `income first 3` and so on. */
export function withWindows(table: StudyTable): StudyTable {
  const columns: Record<string, readonly (string | number | null)[]> = { ...table };
  for (const quantity of new Set(Object.values(OUTCOMES).flat())) {
    let sum: readonly number[] | null = null;
    for (const month of WINDOWS) {
      const monthly = numbers(table, `${quantity}${month}`);
      const before: readonly number[] | null = sum;
      sum = before === null ? monthly : monthly.map((value, row) => value + (before[row] as number));
      columns[`${quantity} first ${month}`] = sum;
    }
  }
  return columns;
}

const outcomeOf = (outcome: OutcomeName, month: number) => `${outcome} ${month}`;

interface Sample {
  readonly trial: Trial;
  /** Estimated out of bag; the same for every outcome and window. */
  readonly propensity: Float64Array;
  /** Each worker's group, by the name of the grouping. */
  readonly groups: Readonly<Record<string, readonly unknown[]>>;
}

/** All workers for 'allAi'; for a design the workers with its dummy, and the controls. */
async function openSample(columns: StudyTable, name: string, numTrees: number, seed: number): Promise<Sample> {
  const outcomes = Object.fromEntries(
    OUTCOME_NAMES.flatMap((outcome) =>
      WINDOWS.map((month) => {
        const [numerator, denominator] = OUTCOMES[outcome];
        const ratio = { numerator: `${numerator} first ${month}`, denominator: `${denominator} first ${month}` };
        return [outcomeOf(outcome, month), ratio] as const;
      }),
    ),
  );
  const treatment = name === 'allAi' ? 'treated' : name;
  const everyone = createTrial(columns, { covariates: COVARIATES, treatment, outcomes });
  const isTrained = numbers(columns, 'treated');
  const hasDummy = numbers(columns, treatment);
  const rows = isTrained.flatMap((trained, row) => (trained === 0 || hasDummy[row] === 1 ? [row] : []));
  const trial = selectRows(everyone, rows);
  const { outOfBag } = await fitRegressionForest(trial, {
    outcome: trial.treatment.values,
    numTrees: Math.max(50, Math.ceil(numTrees / 4)),
    ciGroupSize: 1,
    seed,
    workers: 0,
  });
  const groups = Object.keys(GROUPS).map((column) => [column, rows.map((row) => columns[column]?.[row])] as const);
  return { trial, propensity: outOfBag.estimate, groups: Object.fromEntries(groups) };
}

const numbers = (columns: StudyTable, name: string): number[] => (columns[name] ?? []).map(Number);
