/**
 * Random designs in which every row has the same effect: do estimated effects stay calm? An estimator that sees nothing
 * says the average effect for all, so its squared error is that average's. Errors are counted in squared standard errors
 * of the first method's average effect, for designs of different sizes to count alike.
 */
import { testCalibration } from 'causal-forest';
import { binomialBand } from '../accuracy/binomial.js';
import { randomDesign } from '../accuracy/designs/random-design.js';
import { answersOf, type Method } from '../accuracy/methods.js';
import { mean, scoreOf, sum } from '../accuracy/scores.js';
import { fixed, type TableColumn, table } from '../accuracy/table.js';
import type { RandomOptions } from './random.js';

export interface NullScore {
  /** Mean over rows of (τ̂ − τ)², in squared standard errors of the first method's average. */
  readonly squaredError: number;
  /** The same of the method's own average effect. */
  readonly averageSquaredError: number;
  readonly coverage: number;
  /** `testCalibration`: whether it finds effects that differ, at 5 %. */
  readonly rejected: boolean;
}

export interface NullDesign {
  readonly name: string;
  readonly words: string;
  readonly scores: readonly NullScore[];
}

/** Designs without effect and with a constant one in turn. */
export async function scoreNull(
  methods: readonly Method[],
  { count, seed, numTrees, kinds }: RandomOptions,
  onDesign: (done: number) => void,
): Promise<NullDesign[]> {
  const scored: NullDesign[] = [];
  for (let index = 0; index < count; index++) {
    const design = randomDesign(seed, index, { ...kinds, effect: index % 2 === 0 ? 'none' : 'constant' });
    const { trial, effect } = design.draw(0);
    const answers = await answersOf(methods, trial, { numTrees, seed: index + 1 }, index);
    const unit = (answers[0].average.standardError ?? Number.NaN) ** 2;
    const scores = answers.map((answer): NullScore => {
      const score = scoreOf(answer.effect, answer.standardError, effect);
      const error = (answer.average.estimate ?? Number.NaN) - mean(effect);
      const { pValue } = testCalibration(answer.forest).differential;
      return {
        squaredError: score.meanSquaredError / unit,
        averageSquaredError: error ** 2 / unit,
        coverage: score.coverage,
        rejected: pValue !== null && pValue < 0.05,
      };
    });
    scored.push({ name: design.name, words: design.words, scores });
    onDesign(index + 1);
  }
  return scored;
}

/**
 * Σ squared errors over Σ squared errors of the average, and what else the null is judged by. Where confounding leaves the
 * average biased, its error hides what the effects add, so the excess is also told by itself.
 */
export function nullSummary(designs: readonly NullDesign[], m: number) {
  const own = designs.map(({ scores }) => scores[m]);
  const squares = sum(own.map(({ squaredError }) => squaredError));
  return {
    overAverage: squares / sum(own.map(({ averageSquaredError }) => averageSquaredError)),
    excess: mean(own.map(({ squaredError, averageSquaredError }) => squaredError - averageSquaredError)),
    overVariance: squares / own.length,
    worst: Math.max(...own.map(({ squaredError }) => squaredError)),
    coverage: mean(own.map(({ coverage }) => coverage)),
    rejections: own.filter(({ rejected }) => rejected).length,
  };
}

export function nullText(names: readonly string[], designs: readonly NullDesign[]): string {
  const each = <Row>(group: string, cell: (row: Row, m: number) => string): TableColumn<Row>[] =>
    names.map((heading, m) => ({ group, heading, cell: (row) => cell(row, m) }));
  const rows = table<NullDesign>(
    [
      { group: '', heading: 'design', cell: ({ name }) => name },
      ...each<NullDesign>('squared error', ({ scores }, m) => fixed(scores[m].squaredError, 2)),
      ...each<NullDesign>('of the average', ({ scores }, m) => fixed(scores[m].averageSquaredError, 2)),
      ...each<NullDesign>('coverage', ({ scores }, m) => fixed(scores[m].coverage, 3)),
      ...each<NullDesign>('rejects', ({ scores }, m) => (scores[m].rejected ? 'yes' : 'no')),
    ],
    designs,
  );
  const summaries = names.map((_, m) => nullSummary(designs, m));
  type Line = { readonly words: string; readonly of: (summary: (typeof summaries)[number]) => string };
  const lines: readonly Line[] = [
    { words: "error of effects over the average's (goal ≤ 1.2)", of: (s) => fixed(s.overAverage, 2) },
    {
      words: 'the same where the average has no bias: 1 + excess over its variance',
      of: (s) => fixed(1 + s.excess, 2),
    },
    { words: 'error of effects over the variance of the average', of: (s) => fixed(s.overVariance, 2) },
    { words: 'the same, worst design', of: (s) => fixed(s.worst, 1) },
    { words: 'coverage', of: (s) => fixed(s.coverage, 3) },
    { words: `calibration test rejects, of ${designs.length}`, of: (s) => String(s.rejections) },
  ];
  const { highest } = binomialBand(designs.length, 0.05, 0.01);
  return [
    designs.map(({ name, words }) => `${name.padEnd(8)} ${words}`).join('\n'),
    rows,
    table<Line>(
      [
        { group: '', heading: 'all', cell: ({ words }) => words },
        ...summaries.map((summary, m) => ({ group: '', heading: names[m], cell: ({ of }: Line) => of(summary) })),
      ],
      lines,
    ).trimStart(),
    `Errors are in squared standard errors of ${names[0]}'s average effect; the average's own are 1 on average, with a relative ` +
      `error of √(2/designs) = ${fixed(Math.sqrt(2 / designs.length), 2)}. A right test at 5 % rejects at most ${highest} of ` +
      `${designs.length} (binomial, but for 0.5 % of chance).`,
  ].join('\n\n');
}
