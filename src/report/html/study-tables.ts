/** A study's rows, differences, trends and balance as tables of its page; CSV files get the numbers unrounded. */
import type {
  StudyBalance,
  StudyDesignInfo,
  StudyDifference,
  StudyEffect,
  StudyRow,
  StudyTrend,
} from '../../study/types.js';
import { digitsFor, writeNumber } from '../words.js';
import { effectOf, type StudyView, writeProbability } from './study-view.js';
import type { PageCell, PageTable } from './table.js';

/** A column: its heading, whether numbers stand in it, and the cell of a row. */
interface Column<Row> {
  readonly label: string;
  readonly numeric?: boolean;
  readonly cell: (row: Row) => PageCell;
}

const tableOf = <Row>(
  caption: string,
  fileName: string,
  columns: readonly (Column<Row> | null)[],
  rows: readonly Row[],
): PageTable => {
  const kept = columns.filter((column) => column !== null);
  return {
    caption,
    fileName,
    columns: kept.map(({ label, numeric = false }) => ({ label, numeric })),
    rows: rows.map((row) => kept.map(({ cell }) => cell(row))),
  };
};

const count = (value: number): PageCell => ({ text: writeNumber(value, 0), value });
const probability = (value: number | null | undefined): PageCell =>
  value == null ? { text: '', value: null } : { text: writeProbability(value), value };

/** Columns of an effect: estimate, both intervals, both p-values. */
function effectColumns<Row extends { readonly outcome: string }>(
  view: StudyView,
  effect: (row: Row) => StudyEffect,
): Column<Row>[] {
  const { column } = view.own;
  const number = (label: string, pick: (one: StudyEffect) => number | null | undefined): Column<Row> => ({
    label,
    numeric: true,
    cell: (row) => {
      const value = pick(effect(row)) ?? null;
      return { text: view.number(row.outcome, value), value };
    },
  });
  return [
    {
      ...number(column.effect, ({ estimate }) => estimate),
      cell: (row) => {
        const { estimate } = effect(row);
        return {
          text: estimate === null ? view.words.noEstimate : view.number(row.outcome, estimate),
          value: estimate,
        };
      },
    },
    number(column.lower, ({ interval }) => interval?.[0]),
    number(column.upper, ({ interval }) => interval?.[1]),
    number(column.allLower, ({ simultaneousInterval }) => simultaneousInterval?.[0]),
    number(column.allUpper, ({ simultaneousInterval }) => simultaneousInterval?.[1]),
    { label: column.p, numeric: true, cell: (row) => probability(effect(row).pValue) },
    { label: column.adjusted, numeric: true, cell: (row) => probability(effect(row).adjusted?.romanoWolf) },
  ];
}

/** The rows of one picture; columns that would say the same in every row are left out. */
export function rowsTable(view: StudyView, caption: string, fileName: string, rows: readonly StudyRow[]): PageTable {
  const { own, study } = view;
  const { column } = own;
  const outcome = rows[0]?.outcome ?? '';
  const percent = view.measureOf(outcome) === 'percent';
  const digits = Math.max(
    2,
    ...rows.map(({ controlMean }) => (controlMean === null ? 0 : digitsFor(Math.abs(controlMean)))),
  );
  return tableOf<StudyRow>(
    percent ? `${caption}${view.words.comma}${own.inPercent}` : caption,
    fileName,
    [
      study.windows.length > 0 ? { label: column.window, cell: ({ window }) => view.windowLabel(window) } : null,
      rows.some(({ group }) => group !== null) ? { label: column.group, cell: ({ group }) => group ?? own.all } : null,
      study.designs.length > 1 || study.windows.length === 0
        ? { label: column.design, cell: ({ design }) => view.designLabel(design) }
        : null,
      { label: column.rows, numeric: true, cell: (row) => count(row.rows) },
      { label: column.treated, numeric: true, cell: (row) => count(row.treated) },
      { label: column.control, numeric: true, cell: (row) => count(row.control) },
      {
        label: column.controlMean,
        numeric: true,
        cell: ({ controlMean }) => ({
          text: controlMean === null ? '' : writeNumber(controlMean, digits),
          value: controlMean,
        }),
      },
      ...effectColumns<StudyRow>(view, (row) => effectOf(view, row)),
    ],
    rows,
  );
}

/** Differences between groups of one outcome. */
export function differencesTable(
  view: StudyView,
  caption: string,
  fileName: string,
  rows: readonly StudyDifference[],
): PageTable {
  const { own, study } = view;
  const { column } = own;
  const percent = view.measureOf(rows[0]?.outcome ?? '') === 'percent';
  return tableOf<StudyDifference>(
    percent ? `${caption}${view.words.comma}${own.inPoints}` : caption,
    fileName,
    [
      { label: column.group, cell: ({ group }) => group },
      { label: column.reference, cell: ({ reference }) => reference },
      study.windows.length > 0 ? { label: column.window, cell: ({ window }) => view.windowLabel(window) } : null,
      study.designs.length > 1 ? { label: column.design, cell: ({ design }) => view.designLabel(design) } : null,
      ...effectColumns<StudyDifference>(view, (row) => effectOf(view, row)),
    ],
    rows,
  );
}

/** Trends over windows of one outcome. */
export function trendsTable(
  view: StudyView,
  caption: string,
  fileName: string,
  rows: readonly StudyTrend[],
): PageTable {
  const { own, study } = view;
  const { column } = own;
  const percent = view.measureOf(rows[0]?.outcome ?? '') === 'percent';
  return tableOf<StudyTrend>(
    percent ? `${caption}${view.words.comma}${own.inPoints}` : caption,
    fileName,
    [
      { label: column.group, cell: ({ group }) => group ?? own.all },
      study.designs.length > 1 ? { label: column.design, cell: ({ design }) => view.designLabel(design) } : null,
      { label: column.windows, numeric: true, cell: ({ windows }) => count(windows.length) },
      ...effectColumns<StudyTrend>(view, (row) => effectOf(view, row)),
    ],
    rows,
  );
}

/** Covariates of a design before and after weighting. */
export function balanceTable(view: StudyView, design: StudyDesignInfo, caption: string, fileName: string): PageTable {
  const { column } = view.own;
  const number = (value: number | null): PageCell => ({ text: value === null ? '' : writeNumber(value, 3), value });
  return tableOf<StudyBalance>(
    caption,
    fileName,
    [
      {
        label: column.covariate,
        cell: ({ label, level }) => (level === null ? label : `${label}${view.words.colon}${level}`),
      },
      { label: column.before, numeric: true, cell: ({ before }) => number(before) },
      { label: column.after, numeric: true, cell: ({ after }) => number(after) },
    ],
    design.balance,
  );
}
