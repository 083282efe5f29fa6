/** How treatment is shared out: a histogram of each row's share, and how many rows lie on either side of the threshold. */
import { requireNumber } from '../../base/options.js';
import { writeNumber } from '../words.js';
import { drawFrame, type FigureOptions, resolveFrame } from './frame.js';
import { binsOf, chartBlocks, type FigureHistogram, type NumberChart, requireHistogram } from './number-chart.js';
import { openDrawing } from './packages.js';
import { tickText } from './plot-shape.js';
import { ARMS, INK, RULE } from './theme.js';

/** What `drawTreatmentShares` draws. */
export interface TreatmentShares extends FigureOptions {
  /** Of the rows' shares, in percent where `percent`. The threshold should be one of its edges. */
  readonly histogram: FigureHistogram;
  readonly shareLabel: string;
  /** Rows above it count as treated; null: no threshold is drawn. */
  readonly threshold?: number | null;
  readonly treated: number;
  readonly control: number;
  readonly treatedLabel?: string;
  readonly controlLabel?: string;
  /** What is counted; default 'rows'. */
  readonly countLabel?: string;
  /** Whether shares are percentages. Default false. */
  readonly percent?: boolean;
}

const KEYS = [
  'histogram',
  'shareLabel',
  'threshold',
  'treated',
  'control',
  'treatedLabel',
  'controlLabel',
  'countLabel',
  'percent',
] as const;

/**
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawTreatmentShares({ title: 'Training', shareLabel: 'AI share', treated: 30, control: 70,
 *   histogram: { edges: [0, 0.5, 1], counts: [70, 30] }, threshold: 0.5 })
 */
export async function drawTreatmentShares(data: TreatmentShares): Promise<string> {
  const frame = resolveFrame(data, KEYS);
  requireHistogram('histogram', data.histogram);
  const { words } = frame;
  const { histogram, percent = false, treated, control } = data;
  const threshold = data.threshold == null ? null : requireNumber('threshold', data.threshold);
  const drawing = await openDrawing();
  const bins = binsOf(histogram);
  const most = Math.max(...histogram.counts, 1);
  // A bin that the threshold cuts is neither; its rows are not known apart.
  const side = ({ from, to }: { from: number; to: number }) =>
    threshold === null
      ? 'control'
      : to <= threshold + 1e-12
        ? 'control'
        : from >= threshold - 1e-12
          ? 'treated'
          : 'cut';
  const fills = (name: string) =>
    name === 'cut' ? { fill: '#dddddd', stroke: RULE } : ARMS[name as 'treated' | 'control'];
  const count = (ticks: { digits: number }) => (value: number) => writeNumber(value, ticks.digits);
  const arms = [
    { name: data.controlLabel ?? words.control, key: 'control', count: control, at: 0 },
    { name: data.treatedLabel ?? words.treated, key: 'treated', count: treated, at: 1 },
  ] as const;
  type Arm = (typeof arms)[number];
  const shares: NumberChart = {
    share: 0.64,
    x: {
      label: data.shareLabel,
      domain: [histogram.edges[0] as number, histogram.edges.at(-1) as number],
      write: (ticks) => tickText(words, ticks, percent),
    },
    y: { label: data.countLabel ?? words.rowCount, domain: [0, most * 1.12], write: count },
    marks: ({ plot }) => [
      plot.rect(bins, {
        x1: 'from',
        x2: 'to',
        y1: () => 0,
        y2: 'count',
        fill: (bin) => fills(side(bin)).fill,
        stroke: (bin) => fills(side(bin)).stroke,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      ...(threshold === null
        ? []
        : [
            plot.ruleX([threshold], { y1: 0, y2: most * 1.12, stroke: INK, strokeDasharray: '5 3' }),
            plot.text([threshold], {
              x: (at) => at,
              y: () => most * 1.12,
              text: () => words.threshold(percent ? words.percent(String(threshold)) : String(threshold)),
              dy: -7,
            }),
          ]),
    ],
  };
  const sides: NumberChart = {
    share: 0.36,
    x: { label: '', domain: [-0.6, 1.6], labels: arms.map(({ at, name }) => [at, name]), write: count },
    y: { label: data.countLabel ?? words.rowCount, domain: [0, Math.max(treated, control, 1) * 1.12], write: count },
    marks: ({ plot }) => [
      plot.rect(arms, {
        x1: ({ at }) => at - 0.32,
        x2: ({ at }) => at + 0.32,
        y1: () => 0,
        y2: 'count',
        fill: ({ key }: Arm) => ARMS[key].fill,
        stroke: ({ key }: Arm) => ARMS[key].stroke,
      }),
      plot.text(arms, { x: 'at', y: 'count', text: (arm) => writeNumber(arm.count, 0), dy: -8, fontWeight: 'bold' }),
    ],
  };
  const description = `${arms.map((arm) => `${arm.name}${words.colon}${writeNumber(arm.count, 0)}`).join(words.separator)}${
    threshold === null ? '' : `${words.separator}${words.threshold(String(threshold))}`
  }.`;
  const notes = [words.rows(writeNumber(treated + control, 0)), ...frame.notes];
  return drawFrame({ ...frame, notes }, description, [], chartBlocks(drawing, frame, [shares, sides]));
}
