/** All methods on random designs, one trial each: errors, coverage, average effects and times, by design and by kind of effect. */
import { binomialBand } from '../accuracy/binomial.js';
import { EFFECT_KINDS } from '../accuracy/designs/design.js';
import { type DesignKinds, randomDesign } from '../accuracy/designs/random-design.js';
import { PROPENSITY_KINDS } from '../accuracy/designs/treatment-law.js';
import { answersOf, type Method } from '../accuracy/methods.js';
import { countCodes, type EffectScore, geometricMean, mean, scoreOf, scoreOfAverage, sum } from '../accuracy/scores.js';
import { fixed, type TableColumn, table } from '../accuracy/table.js';

export interface RandomOptions {
  readonly count: number;
  readonly seed: number;
  readonly numTrees: number;
  readonly kinds: Partial<DesignKinds>;
}

export interface DesignScore extends EffectScore {
  /** Squared error over that of saying the estimated average effect for every row. */
  readonly overAverage: number;
  /** Of the average effect: error in standard errors, and whether the 95 % interval holds the truth (of these rows). */
  readonly averageError: number;
  readonly averageHeld: boolean;
  readonly seconds: number;
  readonly warnings: Readonly<Record<string, number>>;
}

export interface ScoredDesign {
  readonly name: string;
  readonly words: string;
  readonly kinds: DesignKinds;
  /** One a method. */
  readonly scores: readonly DesignScore[];
}

/** @param onDesign told of each design when it is done */
export async function scoreDesigns(
  methods: readonly Method[],
  { count, seed, numTrees, kinds }: RandomOptions,
  onDesign: (done: number) => void,
): Promise<ScoredDesign[]> {
  const scored: ScoredDesign[] = [];
  for (let index = 0; index < count; index++) {
    const design = randomDesign(seed, index, kinds);
    const { trial, effect } = design.draw(0);
    const truth = mean(effect);
    const answers = await answersOf(methods, trial, { numTrees, seed: index + 1 }, index);
    const scores = answers.map((answer): DesignScore => {
      const score = scoreOf(answer.effect, answer.standardError, effect);
      const average = scoreOfAverage(answer.average, truth);
      const constant = effect.map(() => average.estimate ?? Number.NaN);
      return {
        ...score,
        overAverage: score.meanSquaredError / scoreOf(constant, constant, effect).meanSquaredError,
        averageError: (average.error ?? Number.NaN) / (average.standardError ?? Number.NaN),
        averageHeld: average.held,
        seconds: answer.seconds,
        warnings: countCodes([...answer.warnings, ...answer.average.warnings]),
      };
    });
    scored.push({ name: design.name, words: design.words, kinds: design.kinds, scores });
    onDesign(index + 1);
  }
  return scored;
}

/** Ratio of a method's squared error to the first's. */
const ratio = ({ scores }: ScoredDesign, m: number): number => scores[m].meanSquaredError / scores[0].meanSquaredError;

export function designsText(names: readonly string[], designs: readonly ScoredDesign[]): string {
  const { each, others } = columnsFor<ScoredDesign>(names);
  const rows = table<ScoredDesign>(
    [
      { group: '', heading: 'design', cell: ({ name }) => name },
      { group: '', heading: 'effect', cell: ({ kinds }) => kinds.effect },
      ...others(`error over ${names[0]}'s`, (row, m) => fixed(ratio(row, m), 3)),
      ...each('error over average', ({ scores }, m) => fixed(scores[m].overAverage, 2)),
      ...each('coverage', ({ scores }, m) => fixed(scores[m].coverage, 3)),
      ...each('std. error', ({ scores }, m) => fixed(scores[m].meanStandardError, 3)),
      ...each('average', ({ scores }, m) => fixed(scores[m].averageError, 1)),
      ...others('seconds', ({ scores }, m) => fixed(scores[m].seconds / scores[0].seconds, 2)),
      ...each('warnings', ({ scores }, m) => Object.keys(scores[m].warnings).join(' ') || '–'),
    ],
    designs,
  );
  const band = binomialBand(designs.length, 0.95, 0.01);
  return [
    designs.map(({ name, words }) => `${name.padEnd(8)} ${words}`).join('\n'),
    rows,
    kindsTable('effect', names, designs),
    kindsTable('propensity', names, designs),
    `Error over average: squared error over that of saying the estimated average effect for all rows (below 1: worth more). ` +
      `Average: its error in standard errors. Right 95 % intervals hold ${band.lowest} to ${band.highest} of ${designs.length} ` +
      `(binomial, but for 1 % of chance).`,
  ].join('\n\n');
}

/** Means over the designs of each kind, and over all. */
function kindsTable(key: 'effect' | 'propensity', names: readonly string[], designs: readonly ScoredDesign[]): string {
  type Kind = readonly ScoredDesign[];
  const of = (kind: string): Kind => designs.filter(({ kinds }) => kinds[key] === kind);
  const groups = [...(key === 'effect' ? EFFECT_KINDS : PROPENSITY_KINDS).map(of), designs];
  const { each, others } = columnsFor<Kind>(names);
  return table<Kind>(
    [
      { group: '', heading: key, cell: (own) => (own === designs ? 'all' : own[0].kinds[key]) },
      { group: '', heading: 'designs', cell: (own) => String(own.length) },
      ...others(`error over ${names[0]}'s`, (own, m) => fixed(geometricMean(own.map((d) => ratio(d, m))), 3)),
      ...others('worst', (own, m) => fixed(Math.max(...own.map((d) => ratio(d, m))), 2)),
      ...each('error over average', (own, m) => fixed(geometricMean(own.map((d) => d.scores[m].overAverage)), 2)),
      ...each('coverage', (own, m) => fixed(mean(own.map((d) => d.scores[m].coverage)), 3)),
      ...each('lowest', (own, m) => fixed(Math.min(...own.map((d) => d.scores[m].coverage)), 2)),
      ...each('average held', (own, m) => String(own.filter((d) => d.scores[m].averageHeld).length)),
      ...others('seconds', (own, m) => fixed(seconds(own, m) / seconds(own, 0), 2)),
    ],
    groups.filter((own) => own.length > 0),
  );
}

/** Columns of one figure: `each` for all methods, `others` for all but the first, with which they are compared. */
function columnsFor<Row>(names: readonly string[]) {
  const each = (group: string, cell: (row: Row, m: number) => string): TableColumn<Row>[] =>
    names.map((heading, m) => ({ group, heading, cell: (row) => cell(row, m) }));
  return { each, others: (group: string, cell: (row: Row, m: number) => string) => each(group, cell).slice(1) };
}

const seconds = (designs: readonly ScoredDesign[], m: number): number =>
  sum(designs.map(({ scores }) => scores[m].seconds));
