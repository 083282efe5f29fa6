/**
 * What estimates look like in every picture that has them: a symbol, a thick bar for the interval that holds by itself, a
 * thin one for the interval that holds together with the others, signs for numbers set beside them, and a lettered
 * dashed line where there is nothing to draw, whose reason stands beneath the picture.
 */
import type { Markish } from '@observablehq/plot';
import { requireNumber } from '../../base/options.js';
import { digitsFor, type Words, writeLevel, writeNumber } from '../words.js';
import type { Key } from './frame.js';
import type { Drawing } from './packages.js';
import { plotKey } from './plot-shape.js';
import { INK, PAPER, RULE, type SeriesStyle } from './theme.js';

/** One estimate to draw; nulls are holes. */
export interface FigureEstimate {
  readonly estimate: number | null;
  /** Holds by itself. */
  readonly interval: readonly [lower: number, upper: number] | null;
  /** Holds together with the others of its family. */
  readonly simultaneousInterval?: readonly [lower: number, upper: number] | null;
  /** Why there is no estimate or no interval. */
  readonly reason?: string | null;
  /** Numbers to set beside the estimate, by name: a truth, an earlier study's result. At most three names a figure. */
  readonly references?: Readonly<Record<string, number | null>>;
}

/** Everything of an estimate that an axis must hold. */
export const valuesOf = ({ estimate, interval, simultaneousInterval, references }: FigureEstimate) => [
  estimate,
  ...(interval ?? []),
  ...(simultaneousInterval ?? []),
  ...Object.values(references ?? {}),
];

/** Symbols for numbers set beside estimates: a line across, a cross, a plus; black, so that they are no series. */
const REFERENCE_SYMBOLS = ['line', 'times', 'plus'] as const;

/** Names of all numbers set beside estimates, in order of appearance. */
export const referenceNames = (estimates: readonly FigureEstimate[]): string[] => [
  ...new Set(
    estimates.flatMap(({ references }) =>
      Object.entries(references ?? {}).flatMap(([name, value]) => (value === null ? [] : [name])),
    ),
  ),
];

/** Where one estimate stands on the axis across the values, and how wide its line across may be, in that axis's units. */
export interface Placed extends FigureEstimate {
  readonly at: number;
}

/** Marks of one series. `vertical`: values go up (windows), else to the right (rows). */
export function estimateMarks(
  { plot }: Drawing,
  placed: readonly Placed[],
  style: SeriesStyle,
  { vertical, across, names }: { vertical: boolean; across: number; names: readonly string[] },
): Markish[] {
  const rule = vertical ? plot.ruleX : plot.ruleY;
  const side = vertical ? 'x' : 'y';
  const along = vertical ? 'y' : 'x';
  const bars = (pick: (one: Placed) => readonly [number, number] | null | undefined, strokeWidth: number) => {
    const known = placed.filter((one) => pick(one));
    return rule(known, {
      [side]: 'at',
      [`${along}1`]: (one: Placed) => pick(one)?.[0],
      [`${along}2`]: (one: Placed) => pick(one)?.[1],
      stroke: style.colour,
      strokeWidth,
    });
  };
  const known = placed.filter(({ estimate }) => estimate !== null);
  return [
    bars(({ simultaneousInterval }) => simultaneousInterval, 1),
    bars(({ interval }) => interval, 4),
    plot.dot(known, {
      [side]: 'at',
      [along]: 'estimate',
      symbol: style.symbol,
      r: 4,
      // Without an interval the symbol is hollow.
      fill: (one: Placed) => (one.interval === null ? PAPER : style.colour),
      stroke: (one: Placed) => (one.interval === null ? style.colour : PAPER),
      strokeWidth: 1,
    }),
    ...names.map((name, k) => referenceMark(plot, placed, name, k, { vertical, across })),
  ];
}

function referenceMark(
  plot: Drawing['plot'],
  placed: readonly Placed[],
  name: string,
  k: number,
  { vertical, across }: { vertical: boolean; across: number },
): Markish {
  const referenceOf = ({ references }: Placed) => references?.[name] ?? null;
  const known = placed.filter((one) => referenceOf(one) !== null);
  const symbol = REFERENCE_SYMBOLS[k % REFERENCE_SYMBOLS.length] as (typeof REFERENCE_SYMBOLS)[number];
  if (symbol === 'line') {
    const from = (one: Placed) => one.at - across;
    const until = (one: Placed) => one.at + across;
    return vertical
      ? plot.ruleY(known, { y: referenceOf, x1: from, x2: until, stroke: INK, strokeWidth: 1.6 })
      : plot.ruleX(known, { x: referenceOf, y1: from, y2: until, stroke: INK, strokeWidth: 1.6 });
  }
  const place = vertical ? { x: 'at', y: referenceOf } : { x: referenceOf, y: 'at' };
  return plot.dot(known, { ...place, symbol, r: 5, stroke: INK, strokeWidth: 1.6 });
}

/** Keys for the intervals and the numbers set beside the estimates, as far as the picture has them. */
export function estimateKeys(
  drawing: Drawing,
  estimates: readonly FigureEstimate[],
  { words, level, vertical }: { words: Words; level: number; vertical: boolean },
): Key[] {
  const { plot } = drawing;
  const bar = (strokeWidth: number) =>
    vertical
      ? plot.ruleX([0], { y1: -7, y2: 7, stroke: INK, strokeWidth })
      : plot.ruleY([0], { x1: -9, x2: 9, stroke: INK, strokeWidth });
  const share = writeLevel(words, level);
  const keys: Key[] = [];
  if (estimates.some(({ interval }) => interval)) keys.push(plotKey(drawing, words.interval(share), [bar(4)]));
  if (estimates.some(({ simultaneousInterval }) => simultaneousInterval))
    keys.push(plotKey(drawing, words.simultaneousInterval(share), [bar(1)]));
  const sample = { at: 0, estimate: null, interval: null };
  referenceNames(estimates).forEach((name, k) => {
    const one: Placed = { ...sample, references: { [name]: 0 } };
    keys.push(plotKey(drawing, name, [referenceMark(plot, [one], name, k, { vertical, across: 7 })]));
  });
  return keys;
}

/** The line that stands for a hole. */
export const HOLE = { stroke: RULE, strokeDasharray: '2 4' } as const;

/** Letters for reasons: equal reasons share one. */
export function holeLetters(estimates: readonly FigureEstimate[], words: Words): ReadonlyMap<string, string> {
  const reasons = new Set(
    estimates.filter((one) => one.estimate === null || one.interval === null).map((one) => reasonOf(one, words)),
  );
  return new Map(
    [...reasons].map((reason, k) => [
      reason,
      k < 26 ? String.fromCharCode(97 + k) : `${String.fromCharCode(97 + (k % 26))}${Math.floor(k / 26)}`,
    ]),
  );
}

export const reasonOf = ({ reason, estimate }: FigureEstimate, words: Words): string =>
  reason ?? (estimate === null ? words.noReason : words.noInterval);

/** "a: fewer than 30 rows", one note for each reason. */
export const holeNotes = (letters: ReadonlyMap<string, string>, words: Words): string[] =>
  [...letters].map(([reason, letter]) => `${letter}${words.colon}${reason}`);

/** "14.0 % [11.2, 16.9]", or why there is none. */
export function writeEstimate(one: FigureEstimate, words: Words, percent: boolean, digits: number): string {
  if (one.estimate === null) return words.noEstimate;
  const number = writeNumber(one.estimate, digits);
  const interval = one.interval ? ` [${one.interval.map((end) => writeNumber(end, digits)).join(', ')}]` : '';
  return `${percent ? words.percent(number) : number}${interval}`;
}

/** Digits for all estimates of a picture: by the median width of their intervals, so that noise is not printed. */
export function digitsOf(estimates: readonly FigureEstimate[], percent: boolean): number {
  if (percent) return 1;
  const sizes = estimates
    .map(({ interval, estimate }) => (interval ? interval[1] - interval[0] : Math.abs(estimate ?? 0)))
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  return digitsFor(sizes[Math.floor(sizes.length / 2)] ?? 1);
}

/** Nominal coverage as given, default 0.95. */
export const resolveFigureLevel = (level: number | undefined): number =>
  requireNumber('level', level ?? 0.95, { above: 0, below: 1 });
