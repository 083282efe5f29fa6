/** A chart with numbers on both axes, and panels of charts side by side where there is room. */
import type { Markish } from '@observablehq/plot';
import { InvalidOptionError } from '../../base/errors.js';
import { type Block, type Frame, PADDING } from './frame.js';
import type { Drawing } from './packages.js';
import { plotShape, valueAxis } from './plot-shape.js';
import { type Ticks, ticksOf } from './scale.js';
import { type Shape, shape, textShape } from './svg.js';
import { textWidth, wrapText } from './text-size.js';
import { LINE, RULE, SIZE, SOFT_INK } from './theme.js';

/** Counts in bins: bin k reaches from edges[k] to edges[k + 1]. */
export interface FigureHistogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** @throws InvalidOptionError unless there is one count for each gap between ascending edges */
export function requireHistogram(option: string, { edges, counts }: FigureHistogram): void {
  const ascending = edges.every((edge, k) => Number.isFinite(edge) && (k === 0 || edge > (edges[k - 1] as number)));
  if (!ascending || counts.length < 1 || edges.length !== counts.length + 1)
    throw new InvalidOptionError(option, edges, 'ascending edges, one more than there are counts');
}

/** Bins as rectangles: from, to, count. */
export const binsOf = ({ edges, counts }: FigureHistogram) =>
  counts.map((count, k) => ({ from: edges[k] as number, to: edges[k + 1] as number, count }));

/** One axis of numbers. */
export interface NumberAxis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly write: (ticks: Ticks) => (value: number) => string;
}

/** One chart: labels above (values) and below (x axis), marks between. */
export interface NumberChart {
  readonly x: NumberAxis & { readonly labels?: readonly (readonly [at: number, text: string])[] };
  readonly y: NumberAxis;
  readonly marks: (drawing: Drawing) => readonly Markish[];
  /** Share of the width where charts stand side by side. */
  readonly share: number;
}

/** Charts side by side in a wide picture, else one under the other. */
export function chartBlocks(drawing: Drawing, frame: Frame, charts: readonly NumberChart[]): Block[] {
  const inner = frame.width - 2 * PADDING;
  if (!frame.wide)
    return charts.map((chart) => {
      const { height, shapes } = drawChart(drawing, chart, inner, 190);
      return { height, shapes: [shape('g', { transform: `translate(${PADDING},0)` }, ...shapes)] };
    });
  const space = inner - (charts.length - 1) * 2 * PADDING;
  let x = PADDING;
  const drawn = charts.map((chart) => {
    const width = space * chart.share;
    const block = drawChart(drawing, chart, width, 230);
    const placed = shape('g', { transform: `translate(${x},0)` }, ...block.shapes);
    x += width + 2 * PADDING;
    return { height: block.height, shapes: [placed] };
  });
  return [{ height: Math.max(...drawn.map(({ height }) => height)), shapes: drawn.flatMap(({ shapes }) => shapes) }];
}

function drawChart(drawing: Drawing, { x, y, marks }: NumberChart, width: number, height: number): Block {
  const { plot } = drawing;
  const yTicks = ticksOf(y.domain, 6);
  const writeY = y.write(yTicks);
  const marginLeft = Math.ceil(Math.max(...yTicks.values.map((value) => textWidth(writeY(value), SIZE.small)))) + 8;
  const xTicks = x.labels ? null : fitting(x, width - marginLeft - 8);
  const writeX = xTicks && x.write(xTicks);
  const marginRight =
    xTicks && writeX ? Math.ceil(textWidth(writeX(xTicks.values.at(-1) ?? 0), SIZE.small) / 2) + 2 : 8;
  const above = wrapText(y.label, width, SIZE.small);
  const below = x.label === '' ? [] : wrapText(x.label, width, SIZE.small);
  const top = above.length * LINE.small + 4;
  const chart = plotShape(drawing, 0, top, {
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: 16,
    marginBottom: 22,
    x: { domain: [...x.domain] },
    y: { domain: [...y.domain] },
    marks: [
      ...valueAxis(drawing, yTicks, writeY, x.domain),
      ...(xTicks && writeX
        ? [plot.axisX([...xTicks.values], { tickFormat: writeX, tickSize: 4, label: null, anchor: 'bottom' })]
        : [
            plot.text(x.labels ?? [], {
              x: ([at]) => at,
              y: () => y.domain[0],
              text: ([, label]) => label,
              dy: 14,
            }),
            plot.axisX([], { label: null }),
          ]),
      ...marks(drawing),
      plot.ruleY([Math.max(0, y.domain[0])], { x1: x.domain[0], x2: x.domain[1], stroke: RULE }),
    ],
  });
  const text = (line: string, lineTop: number): Shape =>
    textShape(0, lineTop + LINE.small - 4, line, { 'font-size': SIZE.small, fill: SOFT_INK });
  const shapes = [
    ...above.map((line, k) => text(line, k * LINE.small)),
    chart,
    ...below.map((line, k) => text(line, top + height + 2 + k * LINE.small)),
  ];
  return { height: top + height + below.length * LINE.small + 10, shapes };
}

/** As many ticks as their labels leave room for. */
function fitting({ domain, write }: NumberAxis, width: number): Ticks {
  for (let most = 8; most > 2; most--) {
    const ticks = ticksOf(domain, most);
    const widest = Math.max(...ticks.values.map((value) => textWidth(write(ticks)(value), SIZE.small)));
    if (ticks.values.length * (widest + 10) <= width) return ticks;
  }
  return ticksOf(domain, 2);
}
