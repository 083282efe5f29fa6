/**
 * Covariate balance before and after weighting: the standardised difference of means of each covariate (or level), hollow
 * before, full after, with the limit of ±0.1 that is commonly held to be small (Austin 2009, Statistics in Medicine 28).
 */
import { writeNumber } from '../words.js';
import { drawFrame, type FigureOptions, linesBlock, PADDING, resolveFrame } from './frame.js';
import { openDrawing } from './packages.js';
import { plotKey, tickText } from './plot-shape.js';
import { type ChartRow, rowChart } from './row-chart.js';
import { domainOf } from './scale.js';
import { wrapText } from './text-size.js';
import { LINE, PAPER, RULE, SIZE, SOFT_INK, styleOf } from './theme.js';

/** One covariate, or one level of a category; null where it does not vary. */
export interface BalanceEntry {
  readonly label: string;
  readonly level?: string | null;
  readonly before: number | null;
  readonly after: number | null;
}

/** What `drawBalance` draws, from top to bottom. */
export interface Balance extends FigureOptions {
  readonly entries: readonly BalanceEntry[];
  readonly treated?: number;
  readonly control?: number;
  /** Half width of the band that counts as balanced. Default 0.1. */
  readonly limit?: number;
  /** Values that the axis must hold beside the data's. */
  readonly domain?: readonly [lower: number, upper: number];
}

const KEYS = ['entries', 'treated', 'control', 'limit', 'domain'] as const;

/**
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawBalance({ title: 'Balance', entries: [{ label: 'age', before: 0.21, after: 0.02 }] })
 */
export async function drawBalance(data: Balance): Promise<string> {
  const frame = resolveFrame(data, KEYS);
  const drawing = await openDrawing();
  const { plot } = drawing;
  const { entries, limit = 0.1 } = data;
  const { words } = frame;
  const before = styleOf(1);
  const after = styleOf(0);
  const name = ({ label, level }: BalanceEntry) => (level == null ? label : `${label}${words.colon}${level}`);
  const write = (value: number | null) => (value === null ? words.noEstimate : writeNumber(value, 2));
  const rows: ChartRow[] = entries.map((entry) => ({
    label: name(entry),
    numbers: `${write(entry.before)} \u2192 ${write(entry.after)}`,
  }));
  const domain = domainOf([
    -limit,
    limit,
    ...(data.domain ?? []),
    ...entries.flatMap((entry) => [entry.before, entry.after]),
  ]);
  const hollow = { symbol: before.symbol, r: 4.5, stroke: before.colour, fill: PAPER, strokeWidth: 1.8 } as const;
  const full = { symbol: after.symbol, r: 4.5, fill: after.colour } as const;
  const chart = rowChart(
    drawing,
    frame,
    rows,
    domain,
    (ticks) => tickText(words, ticks, false),
    (places, height) => {
      const placed = entries.map((entry, k) => ({ ...entry, at: places[k] as number }));
      const both = placed.filter((one) => one.before !== null && one.after !== null);
      return [
        plot.ruleX([-limit, limit], { y1: 0, y2: height, stroke: RULE, strokeDasharray: '4 3' }),
        plot.ruleY(both, { y: 'at', x1: 'before', x2: 'after', stroke: RULE }),
        plot.dot(
          placed.filter((one) => one.before !== null),
          { x: 'before', y: 'at', ...hollow },
        ),
        plot.dot(
          placed.filter((one) => one.after !== null),
          { x: 'after', y: 'at', ...full },
        ),
      ];
    },
  );
  const zero = { x: () => 0, y: () => 0 };
  const keys = [
    plotKey(drawing, words.before, [plot.dot([0], { ...zero, ...hollow })]),
    plotKey(drawing, words.after, [plot.dot([0], { ...zero, ...full })]),
    plotKey(drawing, words.balanceLimit(String(limit)), [
      plot.ruleX([0], { y1: -8, y2: 8, stroke: RULE, strokeDasharray: '4 3' }),
    ]),
  ];
  const counts =
    data.treated === undefined || data.control === undefined
      ? []
      : [words.arms(writeNumber(data.treated, 0), writeNumber(data.control, 0))];
  const axis = wrapText(words.balanceUnit, frame.width - 2 * PADDING, SIZE.small);
  const description = rows.map(({ label, numbers }) => `${label}${words.colon}${numbers}`).join(words.separator);
  return drawFrame({ ...frame, notes: [...counts, ...frame.notes] }, `${description}.`, keys, [
    chart,
    linesBlock(axis, SIZE.small, LINE.small, { fill: SOFT_INK }),
  ]);
}
