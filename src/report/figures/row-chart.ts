/**
 * A chart of rows: to the left what a row is, in the middle marks on one common axis, to the right its numbers. In a narrow
 * picture the words stand above the marks. Rows may be indented and joined by lines (trees), or be headings.
 */
import type { Markish } from '@observablehq/plot';
import { type Block, type Frame, PADDING } from './frame.js';
import type { Drawing } from './packages.js';
import { plotShape } from './plot-shape.js';
import { type Ticks, ticksOf } from './scale.js';
import { type Shape, shape, textShape } from './svg.js';
import { textWidth, wrapText } from './text-size.js';
import { GRID, LINE, PAPER, RULE, SIZE, SOFT_INK } from './theme.js';

/** One row in words. */
export interface ChartRow {
  readonly label: string;
  /** Smaller, beneath the label. */
  readonly detail?: string;
  readonly heading?: boolean;
  /** To the right. */
  readonly numbers?: string;
  /** Levels of indentation. Default 0. */
  readonly depth?: number;
  /** Index of the row that this one hangs on by a line. */
  readonly parent?: number | null;
}

/** Marks of the rows, given each row's place in pixels on the vertical axis. */
export type DrawMarks = (placeOf: readonly number[], height: number) => readonly Markish[];

/** Words above the marks stand on the grid: paper around the letters keeps them legible. */
const HALO = { stroke: PAPER, 'stroke-width': 4, 'stroke-linejoin': 'round', 'paint-order': 'stroke' } as const;

const INDENT = 16;
const BAND = 20;

interface PlacedRow extends ChartRow {
  readonly x: number;
  readonly top: number;
  readonly lines: readonly {
    readonly text: string;
    readonly size: number;
    readonly bold: boolean;
    readonly y: number;
  }[];
  readonly centre: number;
}

/** The block, as wide as the picture. */
export function rowChart(
  drawing: Drawing,
  frame: Frame,
  rows: readonly ChartRow[],
  domain: readonly [number, number],
  write: (ticks: Ticks) => (value: number) => string,
  drawMarks: DrawMarks,
): Block {
  const inner = frame.width - 2 * PADDING;
  const numbersWidth = Math.max(0, ...rows.map(({ numbers }) => (numbers ? textWidth(numbers, SIZE.small) + 10 : 0)));
  const beside = frame.wide;
  const words = rows.map((row) => textWidth(row.label, SIZE.text, row.heading) + (row.depth ?? 0) * INDENT + 12);
  const labelWidth = beside ? Math.min(Math.max(...words), inner * 0.45) : 0;
  const left = labelWidth;
  const right = beside ? inner - numbersWidth : inner;
  const placed = placeRows(rows, beside ? labelWidth - 12 : inner, beside);
  const height =
    placed.length === 0
      ? 0
      : Math.max(
          ...placed.map(({ top, lines, centre }) => Math.max(centre + BAND / 2, ...lines.map(({ y }) => y + 5), top)),
        );
  const ticks = fittingTicks(domain, right - left - 12, write);
  const format = write(ticks);
  const { plot } = drawing;
  const side = Math.ceil(Math.max(...ticks.values.map((value) => textWidth(format(value), SIZE.small) / 2))) + 2;
  const chart = plotShape(drawing, left, 0, {
    width: right - left,
    height: height + 24,
    marginLeft: side,
    marginRight: side,
    marginTop: 0,
    marginBottom: 24,
    x: { domain: [...domain] },
    y: { axis: null, domain: [height, 0] },
    marks: [
      plot.ruleX(ticks.values, { y1: 0, y2: height, stroke: GRID }),
      plot.axisX([...ticks.values], { tickFormat: format, tickSize: 0, label: null, anchor: 'bottom' }),
      ...(domain[0] <= 0 && domain[1] >= 0
        ? [plot.ruleX([0], { y1: 0, y2: height, stroke: RULE, strokeWidth: 1.2 })]
        : []),
      ...drawMarks(
        placed.map(({ centre }) => centre),
        height,
      ),
    ],
  });
  const shapes: Shape[] = [chart, ...branches(placed)];
  for (const row of placed) {
    for (const { text, size, bold, y } of row.lines)
      shapes.push(
        textShape(row.x, y, text, {
          'font-size': size,
          ...(bold ? { 'font-weight': 'bold' } : {}),
          ...(size === SIZE.text ? {} : { fill: SOFT_INK }),
          ...(beside ? {} : HALO),
        }),
      );
    if (row.numbers && beside)
      shapes.push(textShape(inner, row.centre + 4, row.numbers, { 'text-anchor': 'end', 'font-size': SIZE.small }));
  }
  return { height: height + 30, shapes: [shape('g', { transform: `translate(${PADDING},0)` }, ...shapes)] };
}

/** Lines of words, and where the row's marks stand: beside the words, or beneath them. */
function placeRows(rows: readonly ChartRow[], width: number, beside: boolean): PlacedRow[] {
  let top = 4;
  return rows.map((row) => {
    const x = (row.depth ?? 0) * INDENT;
    const room = Math.max(60, width - x);
    const bold = row.heading ?? false;
    const parts = [
      ...wrapText(row.label, room, SIZE.text, bold).map((text) => ({
        text,
        size: SIZE.text as number,
        bold,
        height: LINE.text,
      })),
      ...[...(row.detail ? [row.detail] : []), ...(!beside && row.numbers ? [row.numbers] : [])].flatMap((text) =>
        wrapText(text, room, SIZE.small).map((line) => ({
          text: line,
          size: SIZE.small as number,
          bold: false,
          height: LINE.small,
        })),
      ),
    ];
    let y = top;
    const lines = parts.map(({ text, size, bold: heavy, height }) => {
      y += height;
      return { text, size, bold: heavy, y: y - 4 };
    });
    const marked = row.heading !== true;
    const bottom = beside || !marked ? Math.max(y, top + BAND) : y + BAND;
    const centre = beside ? (top + bottom) / 2 : bottom - BAND / 2;
    const one = { ...row, x, top, lines, centre };
    top = bottom + 6;
    return one;
  });
}

/** Lines from a row down to those that hang on it. */
const branches = (placed: readonly PlacedRow[]): Shape[] =>
  placed.flatMap(({ parent, x, lines }) => {
    const above = parent == null ? null : (placed[parent] as PlacedRow);
    if (above === null) return [];
    const y = (lines[0] as { y: number }).y - 4;
    const from = (above.lines.at(-1) as { y: number }).y + 4;
    return [
      shape('path', { d: `M${above.x + 5},${from}V${y}H${x - 3}`, fill: 'none', stroke: RULE, 'stroke-width': 1 }),
    ];
  });

/** As many ticks as their labels leave room for. */
function fittingTicks(
  domain: readonly [number, number],
  width: number,
  write: (ticks: Ticks) => (value: number) => string,
): Ticks {
  for (let most = 7; most > 1; most--) {
    const ticks = ticksOf(domain, most);
    const widest = Math.max(...ticks.values.map((value) => textWidth(write(ticks)(value), SIZE.small)));
    if (ticks.values.length * (widest + 12) <= width) return ticks;
  }
  return ticksOf(domain, 2);
}
