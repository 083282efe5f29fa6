/** What `npm run report` prints: one line for each effect, and how many of the stated numbers' intervals hold the truth. */
import type { Finding } from './estimate.js';
import type { FigureRow } from './figures.js';

/** One effect as out/report.json has it, in percent. */
export interface ReportRow extends FigureRow, Finding {
  readonly truth: number;
}

export const reportRow = (row: FigureRow, truth: number, found: Finding): ReportRow => {
  const { figure, outcome, month, group, design, reported } = row;
  const { estimate, lower, upper, simultaneousLower, simultaneousUpper, rows, warnings } = found;
  return {
    ...{ figure, outcome, month, group, design, reported, truth },
    ...{ estimate, lower, upper, simultaneousLower, simultaneousUpper, rows, warnings },
  };
};

/** Whether the interval holds the truth; null without an interval. */
export const holdsTruth = ({ truth, lower, upper }: ReportRow): boolean | null =>
  lower === null || upper === null ? null : lower <= truth && truth <= upper;

const HEADER = [
  'figure',
  'outcome',
  'month',
  'group or design',
  'report',
  'truth',
  'estimate',
  '95 % interval',
  'holds',
];
/** Columns of words; the others are numbers and stand to the right. */
const WORDS = new Set([1, 3, 8]);

export function reportTable(rows: readonly ReportRow[]): string {
  const cells = rows.map((row) => [
    String(row.figure),
    row.outcome,
    String(row.month),
    row.group ?? row.design ?? 'all workers',
    percent(row.reported),
    percent(row.truth),
    percent(row.estimate),
    row.lower === null ? '' : `[${percent(row.lower)}, ${percent(row.upper)}]`,
    { true: 'yes', false: 'NO', null: 'no interval' }[`${holdsTruth(row)}`],
  ]);
  const widths = HEADER.map((title, k) => Math.max(title.length, ...cells.map((line) => (line[k] as string).length)));
  const text = (line: readonly string[]) =>
    line
      .map((cell, k) => (WORDS.has(k) ? cell.padEnd(widths[k] as number) : cell.padStart(widths[k] as number)))
      .join('  ')
      .trimEnd();
  return [HEADER, widths.map((width) => '-'.repeat(width)), ...cells].map(text).join('\n');
}

/** "30 of the 32 stated numbers: …" and the same over all effects. */
export function verdict(rows: readonly ReportRow[]): string {
  const count = (kept: readonly ReportRow[]) => `${kept.filter(holdsTruth).length} of the ${kept.length}`;
  const stated = rows.filter(({ reported }) => reported !== null);
  return (
    `${count(stated)} numbers stated in the report lie, as simulated truth, within our 95 % intervals ` +
    `(${count(rows)} effects drawn in its figures).`
  );
}

const percent = (value: number | null): string => (value === null ? '' : value.toFixed(2));
