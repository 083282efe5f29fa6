/** The pictures of figures 1 to 15: which rows each draws, as which lines, and on which scale. */
import { drawEffectsOverWindows, drawTreatmentShares, type WindowEstimate } from 'causal-forest/report';
import { columnOf } from './figures.js';
import type { ReportLanguage, ReportWords } from './report-words.js';
import type { ReportRow } from './table.js';

/** Figures to be compared: one scale each for income, bad ratings and quality control. */
const COMPARED: readonly (readonly number[])[] = [
  [2, 5, 7, 9, 12],
  [3, 6, 10, 13],
  [4, 8, 11, 14],
];

/** Where the report leaves open which outcome it means. */
export const ASSUMED: ReadonlySet<number> = new Set([6, 8, 10, 11, 12, 13, 14]);

/** The other figures on the same scale. */
export const comparedWith = (figure: number): readonly number[] =>
  (COMPARED.find((figures) => figures.includes(figure)) ?? []).filter((other) => other !== figure);

/** All values that figures on one scale must hold. */
function commonDomain(rows: readonly ReportRow[], figure: number): readonly [number, number] {
  const figures = [figure, ...comparedWith(figure)];
  const values = rows
    .filter((row) => figures.includes(row.figure))
    .flatMap(({ truth, reported, estimate, lower, upper, simultaneousLower, simultaneousUpper }) => [
      truth,
      reported,
      estimate,
      lower,
      upper,
      simultaneousLower,
      simultaneousUpper,
    ])
    .filter((value) => value !== null);
  return [Math.min(0, ...values), Math.max(0, ...values)];
}

/** What a row's line is called: its outcome, group or training. */
export function lineOf({ outcome, group, design }: ReportRow, words: ReportWords): string {
  if (group !== null) return words.groups[group] ?? group;
  return design === null ? words.outcomes[outcome] : words.designs[design];
}

/** The outcome that a figure is about, where its lines are groups or trainings. */
export const subjectOf = (rows: readonly ReportRow[], words: ReportWords): string | null => {
  const [first] = rows;
  return first === undefined || (first.group === null && first.design === null) ? null : words.outcomes[first.outcome];
};

/** Figures 2 to 15. */
export function drawFigure(
  figure: number,
  all: readonly ReportRow[],
  words: ReportWords,
  language: ReportLanguage,
  width: number,
): Promise<string> {
  // All AI training first: the same sign in every figure that compares kinds of training with it.
  const own = all.filter((row) => row.figure === figure);
  const rows = [...own.filter(({ design }) => design === 'allAi'), ...own.filter(({ design }) => design !== 'allAi')];
  const subject = subjectOf(rows, words);
  return drawEffectsOverWindows({
    title: words.section(figure, words.figures[figure]?.title ?? ''),
    language,
    width,
    percent: true,
    valueLabel: subject === null ? words.valueAxis : `${words.valueAxis}${language === 'zh' ? '：' : ': '}${subject}`,
    windowLabel: words.windowAxis,
    domain: commonDomain(all, figure),
    notes: [words.simulated.split(/(?<=[.。])/)[0] ?? ''],
    estimates: rows.map((row): WindowEstimate => {
      const { estimate, lower, upper, simultaneousLower, simultaneousUpper } = row;
      return {
        window: words.span(row.month),
        series: lineOf(row, words),
        panel:
          figure === 9 && row.group !== null ? words.groupings[columnOf(row.group) as 'cityTier' | 'countyType'] : null,
        estimate,
        interval: lower === null || upper === null ? null : [lower, upper],
        simultaneousInterval:
          simultaneousLower === null || simultaneousUpper === null ? null : [simultaneousLower, simultaneousUpper],
        reason: row.warnings[0] ?? null,
        references: { [words.truth]: row.truth, [words.report]: row.reported },
        rows: row.rows,
      };
    }),
  });
}

/** Figure 1: shares from 0 to 1, in percent and bins of five. */
export function drawShares(
  shares: readonly number[],
  treated: number,
  words: ReportWords,
  language: ReportLanguage,
  width: number,
): Promise<string> {
  const edges = Array.from({ length: 21 }, (_, k) => 5 * k);
  const counts = new Array<number>(20).fill(0);
  // A share of exactly one half is not above the threshold: bins are closed at their upper end, as the label is.
  for (const share of shares) counts[Math.max(0, Math.ceil(share * 20) - 1)]++;
  return drawTreatmentShares({
    title: words.section(1, words.figures[1]?.title ?? ''),
    language,
    width,
    percent: true,
    shareLabel: words.share.axis,
    threshold: 50,
    histogram: { edges, counts },
    treated,
    control: shares.length - treated,
    treatedLabel: words.share.treated,
    controlLabel: words.share.control,
    countLabel: words.share.count,
    notes: [words.simulated.split(/(?<=[.。])/)[0] ?? ''],
  });
}
