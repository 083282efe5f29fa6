/**
 * Average effects over repetitions of published designs: does the 95 % interval hold the population's truth as often as
 * it says? For each method three estimators: doubly robust scores (AIPW, the default), targeted (TMLE), and the
 * overlap-weighted effect, whose truth Σ e(1 − e)τ / Σ e(1 − e) is that of the rows.
 */
import { averageEffect, type CausalForest, type Estimate, InvalidDataError } from 'causal-forest';
import { type BinomialBand, binomialBand } from '../accuracy/binomial.js';
import type { DrawnTrial } from '../accuracy/designs/design.js';
import { type PublishedName, publishedDesign } from '../accuracy/designs/published.js';
import { answersOf, type Method } from '../accuracy/methods.js';
import { countCodes, mean, scoreOfAverage, sum } from '../accuracy/scores.js';
import { fixed, table } from '../accuracy/table.js';

export const AVERAGES = ['aipw', 'tmle', 'overlap'] as const;
export type AverageName = (typeof AVERAGES)[number];

/** Estimates of one design by one method and estimator, a repetition each. */
export interface AverageCoverage {
  readonly design: string;
  readonly method: string;
  readonly estimator: AverageName;
  readonly repetitions: number;
  /** Repetitions whose 95 % interval holds the truth, and the counts that a right interval has but for 1 % of chance. */
  readonly held: number;
  readonly band: BinomialBand;
  /** Mean over repetitions of (estimate − truth) / standard error; its own error is about 1/√repetitions. */
  readonly biasInStandardErrors: number;
  /** Mean standard error over the standard deviation of estimate − truth between repetitions. */
  readonly claimedOverActual: number;
  /** Repetitions that gave a warning, by code. */
  readonly warnings: Readonly<Record<string, number>>;
  /** Trials that a method refused to fit (too few treated rows); they are not among the repetitions. */
  readonly refused: number;
}

export async function averageCoverage(
  methods: readonly Method[],
  names: readonly PublishedName[],
  { repetitions, numTrees }: { readonly repetitions: number; readonly numTrees: number },
  onFit: (done: number) => void,
): Promise<AverageCoverage[]> {
  const results: AverageCoverage[] = [];
  let done = 0;
  for (const name of names) {
    const design = publishedDesign(name);
    const found = methods.map(() => AVERAGES.map((): { estimate: Estimate; truth: number }[] => []));
    let refused = 0;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const drawn = design.draw(repetition);
      const options = { numTrees, seed: repetition + 1 };
      const answers = await answersOf(methods, drawn.trial, options, repetition).catch(refusal);
      onFit(++done);
      if (!answers) refused++;
      answers?.forEach(({ forest }, m) => {
        AVERAGES.forEach((estimator, k) => {
          const truth = estimator === 'overlap' ? overlapTruth(drawn) : design.averageEffect;
          found[m][k].push({ estimate: averageBy(forest, estimator), truth });
        });
      });
    }
    methods.forEach((method, m) => {
      AVERAGES.forEach((estimator, k) => {
        results.push({ design: name, method: method.name, estimator, ...coverageOfAverages(found[m][k]), refused });
      });
    });
  }
  return results;
}

/** Data that hold too little to fit on are told of, anything else is thrown on. */
function refusal(error: unknown): null {
  if (error instanceof InvalidDataError && error.code === 'TOO_FEW_ROWS') return null;
  throw error;
}

const averageBy = (forest: CausalForest, estimator: AverageName): Estimate =>
  averageEffect(forest, estimator === 'overlap' ? { target: 'overlap' } : { estimator });

export function overlapTruth({ effect, treatmentVariance }: DrawnTrial): number {
  return sum(effect.map((tau, i) => tau * treatmentVariance[i])) / sum(treatmentVariance);
}

export function coverageOfAverages(found: readonly { readonly estimate: Estimate; readonly truth: number }[]) {
  const scores = found.map(({ estimate, truth }) => scoreOfAverage(estimate, truth));
  const present = scores.flatMap(({ error, standardError }) =>
    error === null || standardError === null ? [] : [{ error, standardError }],
  );
  const errors = present.map(({ error }) => error);
  const centre = mean(errors);
  const spread = Math.sqrt(sum(errors.map((error) => (error - centre) ** 2)) / (errors.length - 1));
  return {
    repetitions: found.length,
    held: scores.filter(({ held }) => held).length,
    band: binomialBand(found.length, 0.95, 0.01),
    biasInStandardErrors: mean(present.map(({ error, standardError }) => error / standardError)),
    claimedOverActual: mean(present.map(({ standardError }) => standardError)) / spread,
    warnings: countCodes(found.flatMap(({ estimate }) => estimate.warnings)),
  };
}

export function averageText(results: readonly AverageCoverage[]): string {
  const { repetitions, refused, band } = results[0];
  const asked = repetitions + refused;
  const outside = ({ held, band: own }: AverageCoverage) =>
    held < own.lowest ? ' *' : held > own.highest ? ' +' : '  ';
  return [
    table<AverageCoverage>(
      [
        { group: '', heading: 'design', cell: ({ design }) => design },
        { group: '', heading: 'method', cell: ({ method }) => method },
        { group: '', heading: 'average', cell: ({ estimator }) => estimator },
        {
          group: '',
          heading: 'coverage  ',
          cell: (result) => `${fixed(result.held / result.repetitions, 3)}${outside(result)}`,
        },
        { group: '', heading: 'bias / s.e.', cell: (result) => fixed(result.biasInStandardErrors, 2) },
        { group: '', heading: 's.e. / spread', cell: (result) => fixed(result.claimedOverActual, 2) },
        {
          group: '',
          heading: 'warnings',
          cell: ({ warnings, refused }) =>
            Object.entries(refused > 0 ? { ...warnings, refused } : warnings)
              .map(([code, count]) => `${code} × ${count}`)
              .join(' ') || '–',
        },
      ],
      results,
    ).trimStart(),
    `${asked} repetitions, but for those refused for too few treated rows. Of ${repetitions}, right 95 % intervals hold ${fixed(band.lowest / repetitions, 3)} to ` +
      `${fixed(band.highest / repetitions, 3)} (exact binomial, but for 1 % of chance); * is below, + above. ` +
      `Bias is the mean error in standard errors, ± ${fixed(1 / Math.sqrt(asked), 2)}.`,
  ].join('\n\n');
}
