/**
 * A causal tree: its splits as an indented tree, each condition on the line of its node, and beside every leaf (and all
 * rows together) the effect with its interval, on one axis that holds zero. A tree grows downwards, so any number of leaves
 * and any length of names has room.
 */

import { requireInteger } from '../../base/options.js';
import type { CausalTree, CausalTreeNode, CovariateDescription, NodeEffect } from '../../causal/tree/types.js';
import { describeSplit } from '../split-text.js';
import { writeNumber } from '../words.js';
import {
  digitsOf,
  estimateKeys,
  estimateMarks,
  type FigureEstimate,
  type Placed,
  valuesOf,
  writeEstimate,
} from './estimates.js';
import { drawFrame, type FigureOptions, linesBlock, PADDING, resolveFrame } from './frame.js';
import { openDrawing } from './packages.js';
import { tickText } from './plot-shape.js';
import { type ChartRow, rowChart } from './row-chart.js';
import { domainOf } from './scale.js';
import { wrapText } from './text-size.js';
import { LINE, SIZE, SOFT_INK, styleOf } from './theme.js';

/** What `drawCausalTree` draws. */
export interface CausalTreeFigure extends FigureOptions {
  readonly tree: CausalTree;
  /** Of the value axis. Default: the outcome's name. */
  readonly valueLabel?: string;
  /** Category levels written out before "and k more". Default 8. */
  readonly maxLevels?: number;
}

/**
 * Counts are estimation rows; the tree's warnings stand beneath the picture.
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawCausalTree({ title: 'Who gains', tree: fitCausalTree(trial, { outcome: 'income' }) })
 */
export async function drawCausalTree(data: CausalTreeFigure): Promise<string> {
  const frame = resolveFrame(data, ['tree', 'valueLabel', 'maxLevels']);
  const maxLevels = requireInteger('maxLevels', data.maxLevels ?? 8, { min: 1 });
  const drawing = await openDrawing();
  const { tree } = data;
  const { words } = frame;
  const rows: (ChartRow & { readonly shown: FigureEstimate | null })[] = [];
  const shown = [0, ...tree.leaves].map((index) => estimateOf((tree.nodes[index] as CausalTreeNode).effect));
  const digits = digitsOf(shown, false);
  const visit = (index: number, label: string, parent: number | null): void => {
    const node = tree.nodes[index] as CausalTreeNode;
    const { effect, split, depth } = node;
    const drawn = split === null || index === 0 ? estimateOf(effect) : null;
    const row = rows.length;
    rows.push({
      label,
      depth,
      parent,
      shown: drawn,
      ...(drawn === null
        ? {}
        : {
            detail: words.arms(writeNumber(effect.nTreated, 0), writeNumber(effect.nControl, 0)),
            numbers: writeEstimate(drawn, words, false, digits),
          }),
    });
    if (split === null) return;
    const covariate = tree.covariates[split.covariate] as CovariateDescription;
    const [left, right] = describeSplit(split, covariate, maxLevels, words);
    visit(node.left, left, row);
    visit(node.right, right, row);
  };
  visit(0, words.allRows, null);
  const domain = domainOf([0, ...shown.flatMap(valuesOf)]);
  const chart = rowChart(
    drawing,
    frame,
    rows,
    domain,
    (ticks) => tickText(words, ticks, false),
    (places) => {
      const placed = rows.flatMap(({ shown: one }, k): Placed[] => (one ? [{ ...one, at: places[k] as number }] : []));
      const marks = (kept: readonly Placed[], style: number) =>
        estimateMarks(drawing, kept, styleOf(style), { vertical: false, across: 8, names: [] });
      return [...marks(placed.slice(0, 1), 0), ...marks(placed.slice(1), 1)];
    },
  );
  const axis = wrapText(data.valueLabel ?? tree.outcomeName, frame.width - 2 * PADDING, SIZE.small);
  const notes = [...frame.notes, ...tree.warnings.map(({ message }) => message)];
  const description = rows
    .filter(({ numbers }) => numbers)
    .map(({ label, numbers }) => `${label}${words.colon}${numbers}`)
    .join(words.separator);
  return drawFrame(
    { ...frame, notes },
    `${description}.`,
    estimateKeys(drawing, shown, { words, level: tree.settings.level, vertical: false }),
    [chart, linesBlock(axis, SIZE.small, LINE.small, { fill: SOFT_INK })],
  );
}

const estimateOf = ({ estimate, interval, warnings }: NodeEffect): FigureEstimate => ({
  estimate,
  interval,
  reason: warnings[0]?.message ?? null,
});
