/** Effects of groups one under the other, on one axis that holds zero, beside the effect of all rows. */

import { writeNumber } from '../words.js';
import {
  digitsOf,
  estimateKeys,
  estimateMarks,
  type FigureEstimate,
  holeLetters,
  holeNotes,
  type Placed,
  reasonOf,
  referenceNames,
  resolveFigureLevel,
  valuesOf,
  writeEstimate,
} from './estimates.js';
import { drawFrame, type FigureOptions, linesBlock, PADDING, resolveFrame } from './frame.js';
import { openDrawing } from './packages.js';
import { tickText } from './plot-shape.js';
import { type ChartRow, rowChart } from './row-chart.js';
import { domainOf } from './scale.js';
import { wrapText } from './text-size.js';
import { LINE, RULE, SIZE, SOFT_INK, styleOf } from './theme.js';

/** One estimate of `drawGroupComparison`. */
export interface GroupEstimate extends FigureEstimate {
  readonly group: string;
  /** A heading over the groups that share it. */
  readonly grouping?: string | null;
  readonly treated?: number | null;
  readonly control?: number | null;
}

/** What `drawGroupComparison` draws, from top to bottom. */
export interface GroupComparison extends FigureOptions {
  readonly estimates: readonly GroupEstimate[];
  /** Drawn first, and as a dashed line through all. */
  readonly overall?: GroupEstimate | null;
  readonly valueLabel: string;
  /** Whether values are percentages. Default false. */
  readonly percent?: boolean;
  /** Nominal coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Values that the axis must hold beside the data's. */
  readonly domain?: readonly [lower: number, upper: number];
}

const KEYS = ['estimates', 'overall', 'valueLabel', 'percent', 'level', 'domain'] as const;

/**
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawGroupComparison({ title: 'Income', valueLabel: 'effect', percent: true, estimates: [
 *   { group: 'women', estimate: 14.5, interval: [11, 18], treated: 420, control: 1227 }] })
 */
export async function drawGroupComparison(data: GroupComparison): Promise<string> {
  const frame = resolveFrame(data, KEYS);
  const level = resolveFigureLevel(data.level);
  const drawing = await openDrawing();
  const { percent = false, overall = null } = data;
  const { words } = frame;
  const all = [...(overall ? [overall] : []), ...data.estimates];
  const digits = digitsOf(all, percent);
  const letters = holeLetters(all, words);
  const rows: ChartRow[] = [];
  const placed: { row: number; estimate: GroupEstimate; style: number }[] = [];
  let heading: string | null = null;
  all.forEach((estimate, k) => {
    const grouping = estimate.grouping ?? null;
    if (grouping !== null && grouping !== heading) rows.push({ label: grouping, heading: true });
    heading = grouping;
    placed.push({ row: rows.length, estimate, style: overall !== null && k === 0 ? 0 : 1 });
    rows.push({
      label: estimate.group,
      depth: grouping === null ? 0 : 1,
      numbers: `${writeEstimate(estimate, words, percent, digits)}${letterOf(estimate)}`,
      ...(estimate.treated != null && estimate.control != null
        ? { detail: words.arms(writeNumber(estimate.treated, 0), writeNumber(estimate.control, 0)) }
        : {}),
    });
  });
  function letterOf(one: GroupEstimate): string {
    return one.estimate === null || one.interval === null ? ` (${letters.get(reasonOf(one, words))})` : '';
  }
  const domain = domainOf([0, ...(data.domain ?? []), ...all.flatMap(valuesOf)]);
  const names = referenceNames(all);
  const chart = rowChart(
    drawing,
    frame,
    rows,
    domain,
    (ticks) => tickText(words, ticks, percent),
    (places, height) => [
      ...(overall?.estimate == null
        ? []
        : [drawing.plot.ruleX([overall.estimate], { y1: 0, y2: height, stroke: RULE, strokeDasharray: '4 3' })]),
      ...[0, 1].flatMap((style) =>
        estimateMarks(
          drawing,
          placed
            .filter((one) => one.style === style)
            .map(({ row, estimate }): Placed => ({ ...estimate, at: places[row] as number })),
          styleOf(overall === null ? 0 : style),
          { vertical: false, across: 8, names },
        ),
      ),
    ],
  );
  const axis = wrapText(data.valueLabel, frame.width - 2 * PADDING, SIZE.small);
  const notes = [...holeNotes(letters, words), ...frame.notes];
  const description = all
    .map((one) => `${one.group}${words.colon}${writeEstimate(one, words, percent, digits)}`)
    .join(words.separator);
  return drawFrame(
    { ...frame, notes },
    `${description}.`,
    estimateKeys(drawing, all, { words, level, vertical: false }),
    [chart, linesBlock(axis, SIZE.small, LINE.small, { fill: SOFT_INK })],
  );
}
