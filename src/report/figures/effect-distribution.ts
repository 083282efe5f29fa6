/**
 * Estimated effects of single rows: their histogram, and the rows sorted by effect with the interval of each; the average
 * effect runs through both. What is drawn says so itself: the spread of estimates mixes real differences with noise.
 */
import { writeLevel, writeNumber } from '../words.js';
import { resolveFigureLevel } from './estimates.js';
import { drawFrame, type FigureOptions, resolveFrame } from './frame.js';
import { binsOf, chartBlocks, type FigureHistogram, type NumberChart, requireHistogram } from './number-chart.js';
import { openDrawing } from './packages.js';
import { plotKey, tickText, zeroLine } from './plot-shape.js';
import { domainOf } from './scale.js';
import { ARMS, INK, styleOf } from './theme.js';

/** What `drawEffectDistribution` draws. */
export interface EffectDistribution extends FigureOptions {
  readonly histogram: FigureHistogram;
  /** Some or all rows in order of effect: `rank` from 0 to 1, limits pointwise or null. */
  readonly points: readonly {
    readonly rank: number;
    readonly effect: number;
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
  readonly average: number | null;
  readonly rows: number;
  readonly valueLabel: string;
  /** Whether values are percentages. Default false. */
  readonly percent?: boolean;
  /** Nominal coverage of each row's interval. Default 0.95. */
  readonly level?: number;
}

const KEYS = ['histogram', 'points', 'average', 'rows', 'valueLabel', 'percent', 'level'] as const;

/**
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawEffectDistribution({ title: 'Effects', valueLabel: 'yuan', rows: 3, average: 1.3,
 *   histogram: { edges: [0, 1, 2], counts: [1, 2] }, points: [{ rank: 0, effect: 0.5, lower: -1, upper: 2 }] })
 */
export async function drawEffectDistribution(data: EffectDistribution): Promise<string> {
  const frame = resolveFrame(data, KEYS);
  requireHistogram('histogram', data.histogram);
  const level = resolveFigureLevel(data.level);
  const { words } = frame;
  const { histogram, points, average, percent = false } = data;
  const drawing = await openDrawing();
  const colour = styleOf(0).colour;
  const bins = binsOf(histogram);
  const most = Math.max(...histogram.counts, 1) * 1.08;
  const averages = average === null ? [] : [average];
  const first = histogram.edges[0] as number;
  const last = histogram.edges.at(-1) as number;
  const dashed = { stroke: INK, strokeDasharray: '5 3', strokeWidth: 1.4 } as const;
  const values = domainOf([0, ...averages, ...points.flatMap(({ effect, lower, upper }) => [effect, lower, upper])]);
  const counts: NumberChart = {
    share: 0.42,
    x: {
      label: data.valueLabel,
      domain: domainOf([first, last, ...averages], 0.02),
      write: (ticks) => tickText(words, ticks, percent),
    },
    y: { label: words.rowCount, domain: [0, most], write: (ticks) => (value) => writeNumber(value, ticks.digits) },
    marks: ({ plot }) => [
      plot.rect(bins, {
        x1: 'from',
        x2: 'to',
        y1: () => 0,
        y2: 'count',
        ...ARMS.control,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      plot.ruleX(averages, { y1: 0, y2: most, ...dashed }),
    ],
  };
  const banded = points.filter(({ lower, upper }) => lower !== null && upper !== null);
  const sorted: NumberChart = {
    share: 0.58,
    x: {
      label: words.rowsByEffect,
      domain: [0, 1],
      write: (ticks) => (value) => words.percent(writeNumber(100 * value, Math.max(0, ticks.digits - 2))),
    },
    y: { label: data.valueLabel, domain: values, write: (ticks) => tickText(words, ticks, percent) },
    marks: ({ plot }) => [
      plot.ruleX(banded, {
        x: 'rank',
        y1: (point) => point.lower,
        y2: (point) => point.upper,
        stroke: ARMS.control.fill,
        strokeWidth: 2,
      }),
      zeroLine(drawing, [0, 1]),
      plot.line(points, { x: 'rank', y: 'effect', stroke: colour, strokeWidth: 2 }),
      plot.ruleY(averages, { x1: 0, x2: 1, ...dashed }),
    ],
  };
  const { plot } = drawing;
  const keys = [
    plotKey(drawing, words.estimate, [plot.ruleY([0], { x1: -10, x2: 10, stroke: colour, strokeWidth: 2 })]),
    ...(banded.length > 0
      ? [
          plotKey(drawing, words.pointwise(writeLevel(words, level)), [
            plot.ruleX([-6, -2, 2, 6], { y1: -7, y2: 7, stroke: ARMS.control.fill, strokeWidth: 2 }),
          ]),
        ]
      : []),
    ...(average === null ? [] : [plotKey(drawing, words.average, [plot.ruleY([0], { x1: -10, x2: 10, ...dashed })])]),
  ];
  const write = (value: number) => (percent ? words.percent(writeNumber(value, 1)) : writeNumber(value, 3));
  const description = [
    words.to(write(first), write(last)),
    ...averages.map((value) => `${words.average}${words.colon}${write(value)}`),
  ].join(words.separator);
  const notes = [words.rows(writeNumber(data.rows, 0)), words.mixesNoise, ...frame.notes];
  return drawFrame({ ...frame, notes }, `${description}.`, keys, chartBlocks(drawing, frame, [counts, sorted]));
}
