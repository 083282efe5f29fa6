/** What a method's answers are worth on the files of a folder: a file over its seeds, a design over its files, all. */
import type { AccuracyCase } from './cases.js';
import type { Answer } from './methods.js';
import { countCodes, geometricMean, mean, meanOfPresent, scoreOf, scoreOfAverage, sum } from './scores.js';

/** The design on which nothing can help (20 treated of 2,000): it is to warn, and no goal of coverage holds it. */
export const TOO_FEW_TREATED = 'kunzel';

type Counts = Readonly<Record<string, number>>;

export interface FileResult {
  readonly file: string;
  readonly design: string;
  /** The true effect is the same for every row. */
  readonly constantEffect: boolean;
  readonly meanSquaredError: number;
  readonly grfMeanSquaredError: number;
  readonly ratio: number;
  readonly coverage: number;
  readonly grfCoverage: number;
  readonly meanStandardError: number;
  readonly grfMeanStandardError: number;
  /** Rows without an estimate, over all seeds. */
  readonly missing: number;
  /** The average effect: means over seeds. `error` is in the outcome's units, `held` the share of seeds. */
  readonly average: {
    readonly truth: number;
    readonly estimate: number;
    readonly standardError: number;
    readonly error: number;
    readonly meanSquaredError: number;
    readonly errorInStandardErrors: number;
    readonly held: number;
  };
  /** grf's, of one seed; null where the folder has no `grf.json`. */
  readonly grfAverage: { readonly errorInStandardErrors: number; readonly held: number } | null;
  /** CPU seconds of a fit. */
  readonly seconds: number;
  /** Warnings of the fits about effects, and of their average effects, by code, over all seeds. */
  readonly warnings: Counts;
  readonly averageWarnings: Counts;
}

export interface DesignResult {
  readonly design: string;
  readonly constantEffect: boolean;
  readonly ratio: number;
  readonly coverage: number;
  readonly grfCoverage: number;
  readonly meanStandardError: number;
  readonly grfMeanStandardError: number;
  readonly averageErrorInStandardErrors: number;
  /** Files (shares of their seeds) whose interval of the average effect holds the truth. */
  readonly averageHeld: number;
  readonly grfAverageErrorInStandardErrors: number | null;
  readonly grfAverageHeld: number | null;
  readonly files: number;
  readonly seconds: number;
  readonly warnings: Counts;
  readonly averageWarnings: Counts;
}

export interface MethodResult {
  readonly geometricMeanRatio: number;
  readonly worstDesignRatio: number;
  /** Over the designs but kunzel. */
  readonly lowestCoverage: number;
  /** Over the designs in which effects differ, but kunzel. */
  readonly highestCoverage: number;
  /**
   * Over the files in which effects are the same for all: Σ squared errors of effects over Σ those of the average effect.
   * Null where there is no such file.
   */
  readonly constantOverAverage: number | null;
  readonly averageHeld: number;
  readonly grfAverageHeld: number | null;
  readonly seconds: number;
  readonly designs: readonly DesignResult[];
  readonly files: readonly FileResult[];
}

/** One file's answers by one method, a seed each. */
export function fileResult({ file, design, effect, grf }: AccuracyCase, answers: readonly Answer[]): FileResult {
  const scores = answers.map((answer) => scoreOf(answer.effect, answer.standardError, effect));
  const truth = mean(effect);
  const averages = answers.map(({ average }) => scoreOfAverage(average, truth));
  const grfAverage = grf.average ? scoreOfAverage(grf.average, truth) : null;
  const meanSquaredError = mean(scores.map((score) => score.meanSquaredError));
  const inErrors = ({ error, standardError }: (typeof averages)[number]) =>
    error === null || standardError === null ? Number.NaN : error / standardError;
  return {
    file,
    design,
    constantEffect: effect.every((value) => value === effect[0]),
    meanSquaredError,
    grfMeanSquaredError: grf.meanSquaredError,
    ratio: meanSquaredError / grf.meanSquaredError,
    coverage: mean(scores.map((score) => score.coverage)),
    grfCoverage: grf.coverage,
    meanStandardError: mean(scores.map((score) => score.meanStandardError)),
    grfMeanStandardError: grf.meanStandardError,
    missing: sum(scores.map((score) => score.missing)),
    average: {
      truth,
      estimate: meanOfPresent(averages.map(({ estimate }) => estimate)),
      standardError: meanOfPresent(averages.map(({ standardError }) => standardError)),
      error: meanOfPresent(averages.map(({ error }) => error)),
      meanSquaredError: meanOfPresent(averages.map(({ error }) => error && error ** 2)),
      errorInStandardErrors: mean(averages.map(inErrors)),
      held: mean(averages.map(({ held }) => Number(held))),
    },
    grfAverage: grfAverage && {
      errorInStandardErrors: inErrors(grfAverage),
      held: Number(grfAverage.held),
    },
    seconds: mean(answers.map(({ seconds }) => seconds)),
    warnings: countCodes(answers.flatMap(({ warnings }) => warnings)),
    averageWarnings: countCodes(answers.flatMap(({ average }) => average.warnings)),
  };
}

/** All files of a folder by one method. */
export function methodResult(files: readonly FileResult[]): MethodResult {
  const designs = [...new Set(files.map(({ design }) => design))].map((design) =>
    designResult(
      design,
      files.filter((file) => file.design === design),
    ),
  );
  const hopeful = designs.filter(({ design }) => design !== TOO_FEW_TREATED);
  const constant = files.filter(({ constantEffect }) => constantEffect);
  const differing = hopeful.filter(({ constantEffect }) => !constantEffect);
  return {
    geometricMeanRatio: geometricMean(files.map(({ ratio }) => ratio)),
    worstDesignRatio: Math.max(...designs.map(({ ratio }) => ratio)),
    lowestCoverage: Math.min(...hopeful.map(({ coverage }) => coverage)),
    highestCoverage: Math.max(...differing.map(({ coverage }) => coverage)),
    constantOverAverage:
      constant.length === 0
        ? null
        : sum(constant.map(({ meanSquaredError }) => meanSquaredError)) /
          sum(constant.map(({ average }) => average.meanSquaredError)),
    averageHeld: sum(files.map(({ average }) => average.held)),
    grfAverageHeld: files.some(({ grfAverage }) => grfAverage === null)
      ? null
      : sum(files.map(({ grfAverage }) => grfAverage?.held ?? 0)),
    seconds: sum(files.map(({ seconds }) => seconds)),
    designs,
    files,
  };
}

function designResult(design: string, files: readonly FileResult[]): DesignResult {
  const over = (of: (file: FileResult) => number) => mean(files.map(of));
  const grf = files.every(({ grfAverage }) => grfAverage !== null);
  return {
    design,
    constantEffect: files.every(({ constantEffect }) => constantEffect),
    ratio: geometricMean(files.map(({ ratio }) => ratio)),
    coverage: over(({ coverage }) => coverage),
    grfCoverage: over(({ grfCoverage }) => grfCoverage),
    meanStandardError: over(({ meanStandardError }) => meanStandardError),
    grfMeanStandardError: over(({ grfMeanStandardError }) => grfMeanStandardError),
    averageErrorInStandardErrors: over(({ average }) => average.errorInStandardErrors),
    averageHeld: sum(files.map(({ average }) => average.held)),
    grfAverageErrorInStandardErrors: grf ? over(({ grfAverage }) => grfAverage?.errorInStandardErrors ?? 0) : null,
    grfAverageHeld: grf ? sum(files.map(({ grfAverage }) => grfAverage?.held ?? 0)) : null,
    files: files.length,
    seconds: over(({ seconds }) => seconds),
    warnings: addCounts(files.map(({ warnings }) => warnings)),
    averageWarnings: addCounts(files.map(({ averageWarnings }) => averageWarnings)),
  };
}

function addCounts(counts: readonly Counts[]): Counts {
  const total: Record<string, number> = {};
  for (const one of counts) for (const [code, count] of Object.entries(one)) total[code] = (total[code] ?? 0) + count;
  return total;
}
