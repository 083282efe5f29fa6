/**
 * Panels of effects over windows: estimates of one window stand side by side in the order of their series, on one scale that all
 * panels share; a hole is a lettered dashed line. Panels stand side by side where there is room for two.
 */
import type { Markish } from '@observablehq/plot';
import { estimateMarks, type FigureEstimate, HOLE, reasonOf } from './estimates.js';
import { type Block, type Frame, PADDING } from './frame.js';
import type { Drawing } from './packages.js';
import { plotShape, valueAxis, zeroLine } from './plot-shape.js';
import type { Ticks } from './scale.js';
import { type Shape, shape, textShape } from './svg.js';
import { fittingSize, textWidth, wrapText } from './text-size.js';
import { GRID, INK, LINE, RULE, SIZE, styleOf } from './theme.js';

/** One estimate of `drawEffectsOverWindows`. */
export interface WindowEstimate extends FigureEstimate {
  readonly window: string;
  readonly series: string;
  /** Default: all in one panel. */
  readonly panel?: string | null;
  /** Rows it rests on. */
  readonly rows?: number | null;
}

/** What all panels share. */
export interface Layout {
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

export const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** Panels side by side where there is room for two, else one under the other. */
export function panelBlocks(layout: Layout, panels: readonly string[], estimates: readonly WindowEstimate[]): Block[] {
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
