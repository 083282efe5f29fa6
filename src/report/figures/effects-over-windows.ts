/**
 * Effects over windows: one place for each window, one symbol for each series (outcome, group or design) beside the others,
 * one panel for each `panel`. All panels share one scale of values, which holds zero.
 */
import { writeNumber } from '../words.js';
import {
  digitsOf,
  estimateKeys,
  holeLetters,
  holeNotes,
  referenceNames,
  resolveFigureLevel,
  valuesOf,
  writeEstimate,
} from './estimates.js';
import { drawFrame, type FigureOptions, type Frame, type Key, linesBlock, PADDING, resolveFrame } from './frame.js';
import { type Drawing, openDrawing } from './packages.js';
import { plotKey, tickText } from './plot-shape.js';
import { domainOf, ticksOf } from './scale.js';
import { wrapText } from './text-size.js';
import { LINE, PAPER, SIZE, SOFT_INK, styleOf } from './theme.js';
import { distinct, type Layout, panelBlocks, type WindowEstimate } from './window-panels.js';

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
