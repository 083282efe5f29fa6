/**
 * The analysis: from the table that an analyst has to percent effects with 95 % intervals. It knows nothing of how the
 * table was made. One causal forest for each sample, outcome and window; samples are all workers (AI training or
 * not) and, for each design, the workers trained with it and the controls. The propensity of a sample is estimated
 * once and shared by its forests.
 */
import {
  createTrial,
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

export interface AnalysisOptions {
  /** Trees of each effect forest (default 2,000); propensity and outcome forests have a quarter. */
  readonly numTrees?: number;
  /** Seed of the forests. Default 1. */
  readonly seed?: number;
}

/** One table under analysis: samples are opened, and their propensities estimated, when first needed. */
export interface Analysis {
  /** Estimates for rows of figures, in their order; rows that one forest can serve share it. */
  estimate(rows: readonly FigureRow[], onForest?: () => void): Promise<readonly PercentInterval[]>;
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

export function startAnalysis(table: StudyTable, { numTrees = 2000, seed = 1 }: AnalysisOptions = {}): Analysis {
  const columns = withWindows(table);
  const samples = new Map<string, Promise<Sample>>();
  const sampleOf = (name: string): Promise<Sample> => {
    const sample = samples.get(name) ?? openSample(columns, name, numTrees, seed);
    samples.set(name, sample);
    return sample;
  };
  return {
    async estimate(rows, onForest = () => {}) {
      const results = new Map<FigureRow, PercentInterval>();
      for (const key of new Set(rows.map(forestKey))) {
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
          const { estimate, interval } = relativeEffect(forest, belongs ? { rows: belongs } : {});
          results.set(row, { estimate, lower: interval?.[0] ?? null, upper: interval?.[1] ?? null });
        }
        onForest();
      }
      return rows.map((row) => results.get(row) as PercentInterval);
    },
  };
}

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
