/** The results of a folder as tables: files or designs with all methods side by side, goals, and warnings. */
import { type DesignResult, type MethodResult, TOO_FEW_TREATED } from './results.js';
import { fixed, type TableColumn, table } from './table.js';

/** What is shown of a file or a design by one method. */
interface Figures {
  readonly ratio: number;
  readonly coverage: number;
  readonly grfCoverage: number;
  readonly meanStandardError: number;
  readonly grfMeanStandardError: number;
  readonly averageError: number;
  readonly averageHeld: number;
  readonly grfAverageError: number | null;
  readonly grfAverageHeld: number | null;
  readonly seconds: number;
}

/** @param rows a row is one file or design, answered by each method */
export function accuracyTable<Result>(
  what: string,
  nameOf: (result: Result) => string,
  names: readonly string[],
  rows: readonly (readonly Result[])[],
  figuresOf: (result: Result) => Figures,
): string {
  type Row = readonly Result[];
  const each = (group: string, cell: (figures: Figures) => string): TableColumn<Row>[] =>
    names.map((heading, m) => ({ group, heading, cell: (row) => cell(figuresOf(row[m])) }));
  const grf = (group: string, cell: (figures: Figures) => string): TableColumn<Row> => ({
    group,
    heading: 'grf',
    cell: (row) => cell(figuresOf(row[0])),
  });
  const held = (error: number | null, share: number | null) =>
    error === null ? '–' : `${fixed(error, 1)} (${fixed(share, 1)})`;
  const times = names.slice(1).map(
    (name, m): TableColumn<Row> => ({
      group: 'CPU seconds',
      heading: `${name}/${names[0]}`,
      cell: (row) => fixed(figuresOf(row[m + 1]).seconds / figuresOf(row[0]).seconds, 2),
    }),
  );
  return table<Row>(
    [
      { group: '', heading: what, cell: (row) => nameOf(row[0]) },
      ...each('error over grf', ({ ratio }) => fixed(ratio, 3)),
      ...each('coverage', ({ coverage }) => fixed(coverage, 3)),
      grf('coverage', ({ grfCoverage }) => fixed(grfCoverage, 3)),
      ...each('mean std. error', ({ meanStandardError }) => fixed(meanStandardError, 3)),
      grf('mean std. error', ({ grfMeanStandardError }) => fixed(grfMeanStandardError, 3)),
      ...each('average: error (held)', ({ averageError, averageHeld }) => held(averageError, averageHeld)),
      grf('average: error (held)', ({ grfAverageError, grfAverageHeld }) => held(grfAverageError, grfAverageHeld)),
      ...each('CPU seconds', ({ seconds }) => fixed(seconds, 2)),
      ...times,
    ],
    rows,
  );
}

/** The figures for which the refined estimator has goals. */
export function goalsTable(names: readonly string[], results: readonly MethodResult[]): string {
  interface Line {
    readonly words: string;
    readonly of: (result: MethodResult) => string;
    readonly grf: string;
    readonly goal: string;
  }
  const [{ files, designs, grfAverageHeld, seconds: plainSeconds }] = results;
  const grfCoverages = designs.filter(({ design }) => design !== TOO_FEW_TREATED).map((one) => one.grfCoverage);
  const lines: Line[] = [
    { words: 'geometric mean of error over grf', of: (r) => fixed(r.geometricMeanRatio, 3), grf: '1', goal: '≤ 0.50' },
    { words: 'worst design', of: (r) => fixed(r.worstDesignRatio, 3), grf: '1', goal: '≤ 1.0' },
    {
      words: `coverage, lowest design but ${TOO_FEW_TREATED}`,
      of: (r) => fixed(r.lowestCoverage, 3),
      grf: fixed(Math.min(...grfCoverages), 3),
      goal: '≥ 0.90',
    },
    {
      words: 'coverage, highest design where effects differ',
      of: (r) => fixed(r.highestCoverage, 3),
      grf: '–',
      goal: '≤ 0.99',
    },
    {
      words: "constant effect: error over the average effect's",
      of: (r) => fixed(r.constantOverAverage, 2),
      grf: '–',
      goal: '≤ 1.2',
    },
    {
      words: `average effect held, of ${files.length} files`,
      of: (r) => fixed(r.averageHeld, 1),
      grf: fixed(grfAverageHeld, 0),
      goal: 'bench:designs',
    },
    {
      words: `effects of ${TOO_FEW_TREATED} warn`,
      of: ({ designs: own }) => {
        const found = own.find(({ design }) => design === TOO_FEW_TREATED);
        return found ? (Object.keys(found.warnings).length > 0 ? 'yes' : 'no') : '–';
      },
      grf: '–',
      goal: 'yes',
    },
    {
      words: `CPU time over ${names[0]}'s`,
      of: (r) => fixed(r.seconds / plainSeconds, 2),
      grf: '–',
      goal: '< 3',
    },
  ];
  return table<Line>(
    [
      { group: '', heading: 'all', cell: ({ words }) => words },
      ...names.map((heading, m) => ({ group: '', heading, cell: ({ of }: Line) => of(results[m]) })),
      { group: '', heading: 'grf', cell: ({ grf }) => grf },
      { group: '', heading: 'goal, refined', cell: ({ goal }) => goal },
    ],
    lines,
  ).trimStart();
}

/** Which warnings each design's fits gave about effects and about averages, and how many of each code. */
export function warningLines(names: readonly string[], results: readonly MethodResult[]): string[] {
  const words = (counts: DesignResult['warnings']) =>
    Object.entries(counts)
      .map(([code, count]) => `${code} × ${count}`)
      .join(', ') || 'none';
  const lines = results.flatMap(({ designs }, m) =>
    designs
      .filter((design) => Object.keys({ ...design.warnings, ...design.averageWarnings }).length > 0)
      .map(
        ({ design, warnings, averageWarnings }) =>
          `  ${names[m]}, ${design}: effects ${words(warnings)}; average ${words(averageWarnings)}`,
      ),
  );
  return lines.length > 0 ? ['warnings, over files and seeds', ...lines] : ['no warnings'];
}
