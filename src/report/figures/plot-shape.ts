/** From Plot's marks to our trees: one chart without margins of its own choosing, one sign of a key. */
import type { Markish, PlotOptions } from '@observablehq/plot';
import type { Words } from '../words.js';
import { writeNumber } from '../words.js';
import type { Key } from './frame.js';
import type { Drawing } from './packages.js';
import type { Ticks } from './scale.js';
import { fromElement, type Shape, shape } from './svg.js';
import { GRID, RULE, SIZE } from './theme.js';

/** A chart placed at (x, y) as a group, so that nothing is cut off at its edges; the font is the picture's. */
export function plotShape({ plot, page }: Drawing, x: number, y: number, options: PlotOptions): Shape {
  const { attributes, children } = fromElement(plot.plot({ ...options, document: page } as PlotOptions));
  return shape(
    'g',
    {
      transform: `translate(${x},${y})`,
      'font-size': SIZE.small,
      'text-anchor': attributes['text-anchor'] ?? 'middle',
    },
    ...children,
  );
}

/** A key whose sign is made of marks in a chart from −10 to 10 and −8 to 8. */
export function plotKey(drawing: Drawing, label: string, marks: readonly Markish[]): Key {
  return {
    label,
    draw: () => [
      plotShape(drawing, -10, -8, {
        width: 20,
        height: 16,
        margin: 0,
        x: { axis: null, domain: [-10, 10] },
        y: { axis: null, domain: [-8, 8] },
        marks: [...marks],
      }),
    ],
  };
}

/** A tick as the axis writes it. */
export const tickText = (words: Words, ticks: Ticks, percent: boolean) => (value: number) =>
  percent ? words.percent(writeNumber(value, ticks.digits)) : writeNumber(value, ticks.digits);

/** Horizontal grid lines with their numbers to the left. */
export const valueAxis = (
  { plot }: Drawing,
  ticks: Ticks,
  write: (value: number) => string,
  [left, right]: readonly [number, number],
): Markish[] => [
  plot.ruleY(ticks.values, { x1: left, x2: right, stroke: GRID }),
  plot.axisY([...ticks.values], { tickFormat: write, tickSize: 0, label: null, anchor: 'left' }),
];

/** The line of no effect. */
export const zeroLine = ({ plot }: Drawing, [left, right]: readonly [number, number]): Markish =>
  plot.ruleY([0], { x1: left, x2: right, stroke: RULE, strokeWidth: 1.2 });
