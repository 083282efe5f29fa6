/** The page of figures 1 to 15: what the report says, the truth and the estimate side by side, in words, pictures and tables. */
import { bothWidths, htmlPage, type PageCell, type PageSection, type PageTable } from 'causal-forest/report';
import { ASSUMED, comparedWith, drawFigure, drawShares, lineOf, subjectOf } from './report-figures.js';
import { REPORT_WORDS, type ReportLanguage, type ReportWords } from './report-words.js';
import { holdsTruth, type ReportRow } from './table.js';

/** Everything the page tells. */
export interface ReportData {
  readonly rows: readonly ReportRow[];
  /** AI share of training of each worker, 0 to 1. */
  readonly shares: readonly number[];
  readonly treated: number;
  readonly run: ReportRun;
}

/** How the estimates came about. */
export interface ReportRun {
  readonly seconds: number;
  readonly version: string;
  readonly numTrees: number;
  readonly seed: number;
  readonly dataSeed: number;
  readonly forests: number;
}

/** The page, and its 15 pictures as they stand in it on wide screens. */
export async function reportPage(
  { rows, shares, treated, run }: ReportData,
  language: ReportLanguage,
): Promise<{ readonly html: string; readonly figures: readonly string[] }> {
  const words = REPORT_WORDS[language];
  const pictures = [await bothWidths((width) => drawShares(shares, treated, words, language, width))];
  for (let figure = 2; figure <= 15; figure++)
    pictures.push(await bothWidths((width) => drawFigure(figure, rows, words, language, width)));
  const sections = pictures.map((picture, k): PageSection => {
    const figure = k + 1;
    const own = rows.filter((row) => row.figure === figure);
    const title = words.figures[figure]?.title ?? '';
    return {
      heading: words.section(figure, title),
      paragraphs: [words.figures[figure]?.says ?? '', ...statedSentences(own, words)].filter((text) => text !== ''),
      figures: [picture],
      tables: [figure === 1 ? sharesTable(shares.length, treated, words) : rowsTable(figure, own, words)],
      notes: notesOf(figure, words),
    };
  });
  const html = htmlPage({
    language,
    title: words.title,
    headline: headline(rows, words),
    paragraphs: [behindHeadline(rows, words), verdict(rows, words), words.simulated],
    sections,
    method: words.method(grouped(run.numTrees)),
    warnings: [
      words.simulated
        .split(/(?<=[.。])/)
        .slice(0, 2)
        .join(''),
      ...warningsOf(rows, words),
    ],
    facts: [
      [words.facts.data, words.facts.file],
      [words.facts.dataSeed, String(run.dataSeed)],
      [words.facts.seed, String(run.seed)],
      [words.facts.forests, String(run.forests)],
      [words.facts.trees, grouped(run.numTrees)],
      [words.facts.library, `causal-forest ${run.version}`],
      [words.facts.time, words.facts.seconds(run.seconds.toFixed(0))],
    ],
  });
  return { html, figures: pictures.map(({ wide }) => wide) };
}

const grouped = (value: number): string => value.toLocaleString('en-US');

/** Two digits, a true minus. */
const decimal = (value: number): string =>
  value
    .toFixed(2)
    .replace(/^-(?=.*[1-9])/, '\u2212')
    .replace(/^-/, '');
const percentText = (value: number | null, words: ReportWords): string =>
  value === null ? '' : words.percent(decimal(value));

const NO_SENTENCE = '\u2014';

/** "14.30 % (95 % interval 11.41 to 16.03 %; the report says 14.02 %)". */
function withInterval({ estimate, lower, upper, reported }: ReportRow, words: ReportWords): string {
  if (estimate === null || lower === null || upper === null) return NO_SENTENCE;
  return words.estimate(
    percentText(estimate, words),
    decimal(lower),
    percentText(upper, words),
    percentText(reported, words),
  );
}

/** What the headline speaks of: three outcomes over six months. */
const headlineRows = (rows: readonly ReportRow[]): readonly [ReportRow, ReportRow, ReportRow] => {
  const find = (figure: number, outcome: ReportRow['outcome']) =>
    rows.find((row) => row.figure === figure && row.outcome === outcome && row.month === 6) as ReportRow;
  return [find(2, 'incomePerService'), find(3, 'buttonComplaintsPerDay'), find(4, 'qcFailuresPerDay')];
};

function headline(rows: readonly ReportRow[], words: ReportWords): string {
  const [income, complaints, failures] = headlineRows(rows).map(({ estimate }) =>
    estimate === null ? NO_SENTENCE : words.percent(Math.abs(estimate).toFixed(1)),
  ) as [string, string, string];
  return words.headline({ income, complaints, failures });
}

const behindHeadline = (rows: readonly ReportRow[], words: ReportWords): string =>
  words.behind(headlineRows(rows).map((row) => `${lineOf(row, words)} ${withInterval(row, words)}`));

function verdict(rows: readonly ReportRow[], words: ReportWords): string {
  const stated = rows.filter(({ reported }) => reported !== null);
  return words.verdict(stated.filter(holdsTruth).length, stated.length, rows.filter(holdsTruth).length, rows.length);
}

/** One sentence for each number that the report states in the figure. */
const statedSentences = (rows: readonly ReportRow[], words: ReportWords): string[] =>
  rows
    .filter(({ reported }) => reported !== null)
    .map((row) => words.stated(capital(lineOf(row, words)), words.month(row.month), withInterval(row, words)));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function notesOf(figure: number, words: ReportWords): string[] {
  if (figure === 1) return [];
  const others = comparedWith(figure);
  return [
    words.family,
    ...(others.length > 0 ? [words.sameScale(others.join(', '))] : []),
    ...(ASSUMED.has(figure) ? [words.assumed] : []),
  ];
}

function rowsTable(figure: number, rows: readonly ReportRow[], words: ReportWords): PageTable {
  const { table } = words;
  const subject = subjectOf(rows, words);
  const number = (value: number | null): PageCell => ({ text: percentText(value, words), value });
  const columns = [
    { label: table.line },
    { label: table.window },
    ...[table.report, table.truth, table.estimate, table.lower, table.upper].map((label) => ({ label, numeric: true })),
    ...[table.allLower, table.allUpper, table.rows].map((label) => ({ label, numeric: true })),
    { label: table.holds },
  ];
  return {
    caption: `${words.section(figure, subject === null ? '' : capital(subject)).trim()} ${subject === null ? capital(table.caption) : `(${table.caption})`}`,
    fileName: `figure-${String(figure).padStart(2, '0')}`,
    columns,
    rows: rows.map((row) => {
      const holds = holdsTruth(row);
      return [
        lineOf(row, words),
        words.month(row.month),
        number(row.reported),
        number(row.truth),
        number(row.estimate),
        number(row.lower),
        number(row.upper),
        number(row.simultaneousLower),
        number(row.simultaneousUpper),
        { text: grouped(row.rows), value: row.rows },
        holds === null ? { text: NO_SENTENCE, value: null } : holds ? table.yes : table.no,
      ];
    }),
  };
}

const sharesTable = (workers: number, treated: number, { share, table }: ReportWords): PageTable => ({
  caption: share.caption,
  fileName: 'figure-01',
  columns: [
    { label: share.arm },
    ...[table.report, table.truth].map((label) => ({ label, numeric: true })),
    { label: share.count, numeric: true },
  ],
  // The design fixes the counts: the report's number, the generator's and the table's are one.
  rows: [
    [share.treated, '512', '512', { text: grouped(treated), value: treated }],
    [share.control, '1,497', '1,497', { text: grouped(workers - treated), value: workers - treated }],
  ],
});

/** Every warning of an estimate once, with the places it speaks of. */
function warningsOf(rows: readonly ReportRow[], words: ReportWords): string[] {
  const places = new Map<string, string[]>();
  for (const row of rows)
    for (const message of row.warnings)
      places.set(message, [
        ...(places.get(message) ?? []),
        `${words.section(row.figure, lineOf(row, words))}, ${words.month(row.month)}`,
      ]);
  return [...places].map(([message, all]) =>
    words.place(message, all.slice(0, 3).join('; '), Math.max(0, all.length - 3)),
  );
}
