/**
 * Effects over windows: one place for each window, one symbol for each series (outcome, group or design) beside the others,
 * one panel for each `panel`. All panels share one scale of values, which holds zero.
 */
import type { Markish } from '@observablehq/plot';
import { writeNumber } from '../words.js';
import {
  digitsOf,
  estimateKeys,
  estimateMarks,
  type FigureEstimate,
  HOLE,
  holeLetters,
  holeNotes,
  reasonOf,
  referenceNames,
  resolveFigureLevel,
  valuesOf,
  writeEstimate,
} from './estimates.js';
import {
  type Block,
  drawFrame,
  type FigureOptions,
  type Frame,
  type Key,
  linesBlock,
  PADDING,
  resolveFrame,
} from './frame.js';
import { type Drawing, openDrawing } from './packages.js';
import { plotKey, plotShape, tickText, valueAxis, zeroLine } from './plot-shape.js';
import { domainOf, type Ticks, ticksOf } from './scale.js';
import { type Shape, shape, textShape } from './svg.js';
import { fittingSize, textWidth, wrapText } from './text-size.js';
import { GRID, INK, LINE, PAPER, RULE, SIZE, SOFT_INK, styleOf } from './theme.js';

/** One estimate of `drawEffectsOverWindows`. */
export interface WindowEstimate extends FigureEstimate {
  readonly window: string;
  readonly series: string;
  /** Default: all in one panel. */
  readonly panel?: string | null;
  /** Rows it rests on. */
  readonly rows?: number | null;
}

/** What `drawEffectsOverWindows` draws. Windows, series and panels stand in order of first appearance. */
export interface EffectsOverWindows extends FigureOptions {
  readonly estimates: readonly WindowEstimate[];
  /** Of the value axis, with its unit. */
  readonly valueLabel: string;
  /** Of the axis of windows. */
  readonly windowLabel?: string;
  /** Whether values are percentages. Default false. */
  readonly percent?: boolean;
  /** Nominal coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Whether a line joins the windows of a series. Default true; false where they have no order. */
  readonly connect?: boolean;
  /** Values that the axis must hold beside the data's: the same for figures that are to be compared. */
  readonly domain?: readonly [lower: number, upper: number];
}

const KEYS = ['estimates', 'valueLabel', 'windowLabel', 'percent', 'level', 'connect', 'domain'] as const;

/** What all panels share. */
interface Layout {
  readonly drawing: Drawing;
  readonly frame: Frame;
  readonly windows: readonly string[];
  readonly domain: readonly [number, number];
  readonly ticks: Ticks;
  readonly write: (value: number) => string;
  readonly letters: ReadonlyMap<string, string>;
  readonly names: readonly string[];
  readonly styles: ReadonlyMap<string, number>;
  readonly connect: boolean;
}

/**
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawEffectsOverWindows({ title: 'Income', valueLabel: 'effect on income', percent: true, estimates: [
 *   { window: 'month 1', series: 'women', estimate: 9.1, interval: [5.2, 13], rows: 1647 }] })
 */
export async function drawEffectsOverWindows(data: EffectsOverWindows): Promise<string> {
  const frame = resolveFrame(data, KEYS);
  const level = resolveFigureLevel(data.level);
  const drawing = await openDrawing();
  const { estimates, percent = false } = data;
  const { words } = frame;
  const domain = domainOf([0, ...(data.domain ?? []), ...estimates.flatMap(valuesOf)]);
  const ticks = ticksOf(domain, 7);
  const series = distinct(estimates.map((one) => one.series));
  const layout: Layout = {
    drawing,
    frame,
    windows: distinct(estimates.map(({ window }) => window)),
    domain,
    ticks,
    write: tickText(words, ticks, percent),
    letters: holeLetters(estimates, words),
    names: referenceNames(estimates),
    styles: new Map(series.map((name, k) => [name, k])),
    connect: data.connect ?? true,
  };
  const panels = distinct(estimates.map(({ panel }) => panel ?? ''));
  const counts = new Map(
    series.map((name) => [
      name,
      rowsText(
        estimates.filter((one) => one.series === name),
        frame,
      ),
    ]),
  );
  // Said once where it is the same for all.
  const common = new Set(counts.values()).size === 1 ? (counts.get(series[0] as string) ?? null) : null;
  const keys = [
    ...(series.length === 1 && series[0] === ''
      ? []
      : series.map((name, k): Key => {
          const count = counts.get(name) ?? null;
          return seriesKey(drawing, name, k, common !== null || count === null ? name : `${name} (${count})`);
        })),
    ...estimateKeys(drawing, estimates, { words, level, vertical: true }),
  ];
  const axis = wrapText(data.valueLabel, frame.width - 2 * PADDING, SIZE.small);
  const blocks = [
    linesBlock(axis, SIZE.small, LINE.small, { fill: SOFT_INK }, 4),
    ...panelBlocks(layout, panels, estimates),
    ...(data.windowLabel === undefined
      ? []
      : [
          linesBlock(wrapText(data.windowLabel, frame.width - 2 * PADDING, SIZE.small), SIZE.small, LINE.small, {
            fill: SOFT_INK,
          }),
        ]),
  ];
  const notes = [...(common === null ? [] : [common]), ...holeNotes(layout.letters, words), ...frame.notes];
  return drawFrame({ ...frame, notes }, describe(data, layout, panels), keys, blocks);
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** "n = 1,647", with both ends where windows differ; null without counts. */
function rowsText(estimates: readonly WindowEstimate[], { words }: Frame): string | null {
  const counts = estimates.flatMap(({ rows }) => (rows != null && rows > 0 ? [rows] : []));
  if (counts.length === 0) return null;
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((count) => writeNumber(count, 0)) as [
    string,
    string,
  ];
  return words.rows(least === most ? least : words.to(least, most));
}

function seriesKey(drawing: Drawing, name: string, index: number, label: string): Key {
  const { colour, symbol, dash } = styleOf(index);
  const { plot } = drawing;
  return plotKey(drawing, label, [
    plot.ruleY([0], { x1: -10, x2: 10, stroke: colour, strokeDasharray: dash }),
    plot.dot([name], { x: () => 0, y: () => 0, symbol, r: 4.5, fill: colour, stroke: PAPER }),
  ]);
}

/** Panels side by side where there is room for two, else one under the other. */
function panelBlocks(layout: Layout, panels: readonly string[], estimates: readonly WindowEstimate[]): Block[] {
  const { width, wide } = layout.frame;
  const columns = wide && panels.length > 1 ? 2 : 1;
  const space = (width - 2 * PADDING - (columns - 1) * PADDING) / columns;
  const blocks: Block[] = [];
  for (let k = 0; k < panels.length; k += columns) {
    const drawn = panels.slice(k, k + columns).map((panel) =>
      panelShapes(
        layout,
        panel,
        estimates.filter((one) => (one.panel ?? '') === panel),
        space,
      ),
    );
    blocks.push({
      height: Math.max(...drawn.map(({ height }) => height)),
      shapes: drawn.map(({ shapes }, column) =>
        shape('g', { transform: `translate(${PADDING + column * (space + PADDING)},0)` }, ...shapes),
      ),
    });
  }
  return blocks;
}

function panelShapes(layout: Layout, panel: string, estimates: readonly WindowEstimate[], width: number): Block {
  const { drawing, windows, domain, ticks, write, letters, names, styles, connect, frame } = layout;
  const { plot } = drawing;
  const series = distinct(estimates.map((one) => one.series));
  const marginLeft = Math.ceil(Math.max(...ticks.values.map((value) => textWidth(write(value), SIZE.small)))) + 8;
  const slot = (width - marginLeft - 4) / windows.length;
  const gap = Math.min(20, (0.84 * slot) / series.length) / slot;
  const size = fittingSize(windows, slot - 4, [SIZE.small, 10, 9]);
  const labels = windows.map((name) => wrapText(name, slot - 4, size));
  const labelHeight = Math.max(...labels.map((lines) => lines.length)) * LINE.small;
  const plotHeight = frame.wide ? 310 : 260;
  const heading = panel === '' ? [] : wrapText(panel, width, SIZE.text, true);
  const ends = [-0.5, windows.length - 0.5] as const;
  const marks: Markish[] = [...valueAxis(drawing, ticks, write, ends), zeroLine(drawing, ends)];
  // Faint borders between windows show which bars belong together.
  marks.push(
    plot.ruleX(
      windows.slice(1).map((_, k) => k + 0.5),
      { y1: domain[0], y2: domain[1], stroke: GRID },
    ),
  );
  series.forEach((name, k) => {
    const placed = estimates
      .filter((one) => one.series === name)
      .map((one) => ({ ...one, at: windows.indexOf(one.window) + (k - (series.length - 1) / 2) * gap }))
      .sort((a, b) => a.at - b.at);
    const style = styleOf(styles.get(name) as number);
    marks.push(
      ...(connect
        ? [
            plot.line(placed, {
              x: 'at',
              y: (one) => one.estimate ?? Number.NaN,
              stroke: style.colour,
              strokeDasharray: style.dash,
              strokeWidth: 1,
            }),
          ]
        : []),
      ...estimateMarks(drawing, placed, style, { vertical: true, across: gap * 0.42, names }),
    );
    const holes = placed.filter((one) => one.estimate === null || one.interval === null);
    marks.push(
      plot.ruleX(
        holes.filter(({ estimate }) => estimate === null),
        { x: 'at', y1: domain[0], y2: domain[1], ...HOLE },
      ),
      plot.text(holes, {
        x: 'at',
        y: () => domain[1],
        text: (one) => letters.get(reasonOf(one, frame.words)) ?? '',
        dy: -7,
        fill: INK,
        fontStyle: 'italic',
      }),
    );
  });
  const y = heading.length * LINE.text;
  const chart = plotShape(drawing, 0, y, {
    width,
    height: plotHeight + 20,
    marginLeft,
    marginRight: 4,
    marginTop: 16,
    marginBottom: 4,
    x: { axis: null, domain: [...ends] },
    y: { domain: [...domain] },
    marks,
  });
  const shapes: Shape[] = [
    ...heading.map((line, k) => textShape(0, (k + 0.75) * LINE.text, line, { 'font-weight': 'bold' })),
    chart,
    ...labels.flatMap((lines, window) =>
      lines.map((line, k) =>
        textShape(marginLeft + (window + 0.5) * slot, y + plotHeight + 20 + (k + 0.8) * LINE.small, line, {
          'text-anchor': 'middle',
          'font-size': size,
        }),
      ),
    ),
    shape('line', {
      x1: marginLeft,
      x2: width - 4,
      y1: y + plotHeight + 16,
      y2: y + plotHeight + 16,
      stroke: RULE,
    }),
  ];
  return { height: y + plotHeight + 20 + labelHeight + 10, shapes };
}

/** Every estimate in words, for those who cannot see the picture. */
function describe(
  { estimates, percent = false }: EffectsOverWindows,
  { frame, styles }: Layout,
  panels: readonly string[],
): string {
  const { words } = frame;
  const digits = digitsOf(estimates, percent);
  return panels
    .flatMap((panel) =>
      [...styles.keys()].map((name) => {
        const own = estimates.filter((one) => (one.panel ?? '') === panel && one.series === name);
        const values = own.map((one) => `${one.window} ${writeEstimate(one, words, percent, digits)}`);
        return own.length === 0
          ? ''
          : `${panel === '' ? '' : `${panel}${words.comma}`}${name}${words.colon}${values.join(words.separator)}.`;
      }),
    )
    .filter((line) => line !== '')
    .join(' ');
}
