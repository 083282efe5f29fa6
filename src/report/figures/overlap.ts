/**
 * Overlap of propensities: how the treated (upwards) and the controls (downwards) spread over the chance of being treated,
 * each as shares of its own arm. Where only one side has bars, rows have no one to be compared with.
 */
import { writeNumber } from '../words.js';
import { drawFrame, type FigureOptions, type Key, resolveFrame } from './frame.js';
import { binsOf, chartBlocks, type FigureHistogram, type NumberChart, requireHistogram } from './number-chart.js';
import { openDrawing } from './packages.js';
import { plotKey, tickText } from './plot-shape.js';
import { ARMS } from './theme.js';

/** What `drawOverlap` draws: propensities from 0 to 1, both arms in the same bins. */
export interface Overlap extends FigureOptions {
  readonly treated: FigureHistogram;
  readonly control: FigureHistogram;
  readonly treatedLabel?: string;
  readonly controlLabel?: string;
  /** Of the axis of propensities. */
  readonly propensityLabel?: string;
}

/**
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawOverlap({ title: 'Overlap', treated: { edges: [0, 0.5, 1], counts: [20, 10] },
 *   control: { edges: [0, 0.5, 1], counts: [60, 10] } })
 */
export async function drawOverlap(data: Overlap): Promise<string> {
  const frame = resolveFrame(data, ['treated', 'control', 'treatedLabel', 'controlLabel', 'propensityLabel']);
  requireHistogram('treated', data.treated);
  requireHistogram('control', data.control);
  const { words } = frame;
  const drawing = await openDrawing();
  const sides = [
    { key: 'treated', sign: 1, label: data.treatedLabel ?? words.treated, ...withShares(data.treated) },
    { key: 'control', sign: -1, label: data.controlLabel ?? words.control, ...withShares(data.control) },
  ] as const;
  const [up, down] = sides.map(({ bins }) => Math.max(...bins.map(({ share }) => share), 1)) as [number, number];
  const edges = [...data.treated.edges, ...data.control.edges];
  const chart: NumberChart = {
    share: 1,
    x: {
      label: data.propensityLabel ?? words.propensity,
      domain: [Math.min(...edges), Math.max(...edges)],
      write: (ticks) => tickText(words, ticks, false),
    },
    y: {
      label: words.shareOfRows,
      domain: [-down * 1.08, up * 1.08],
      write: (ticks) => (value) => words.percent(writeNumber(Math.abs(value), ticks.digits)),
    },
    marks: ({ plot }) =>
      sides.map(({ bins, sign, key }) =>
        plot.rect(
          bins.filter(({ count }) => count > 0),
          {
            x1: 'from',
            x2: 'to',
            y1: () => 0,
            y2: ({ share }) => sign * share,
            ...ARMS[key],
            insetLeft: 0.5,
            insetRight: 0.5,
          },
        ),
      ),
  };
  const keys = sides.map(
    ({ label, key, total }): Key =>
      plotKey(drawing, `${label} (${words.rows(writeNumber(total, 0))})`, [
        drawing.plot.rect([0], { x1: () => -8, x2: () => 8, y1: () => -6, y2: () => 6, ...ARMS[key] }),
      ]),
  );
  const description = sides
    .map(({ label, bins, total }) => {
      const used = bins.filter(({ count }) => count > 0);
      const range =
        used.length === 0
          ? ''
          : `${words.colon}${words.to(String((used[0] as (typeof used)[0]).from), String((used.at(-1) as (typeof used)[0]).to))}`;
      return `${label} (${words.rows(writeNumber(total, 0))})${range}`;
    })
    .join(words.separator);
  return drawFrame(frame, `${description}.`, keys, chartBlocks(drawing, frame, [chart]));
}

/** Bins with their share of the arm in percent. */
function withShares(histogram: FigureHistogram) {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  return {
    total,
    bins: binsOf(histogram).map((bin) => ({ ...bin, share: total > 0 ? (100 * bin.count) / total : 0 })),
  };
}
