/**
 * A causal tree as text: one line per node, splits in the user's own names and units, each leaf with its effect.
 *
 *   all rows: effect 0.512 [0.401, 0.623], 498 treated, 507 untreated
 *   ├─ tenure ≤ 320 or missing
 *   │  ├─ unit is North, South: leaf 2, effect 0.214 [0.02, 0.408], 121 treated, 130 untreated
 *   …
 */
import { requireInteger } from '../base/options.js';
import type { CausalTree, CausalTreeNode, CovariateDescription, NodeEffect } from '../causal/tree/types.js';
import { describeSplit, shortest } from './split-text.js';

export interface CausalTreeTextOptions {
  /** Category levels written out on one line before "and k more"; default 8. The tree itself lists them all. */
  readonly maxLevels?: number;
}

/**
 * Effects are in outcome units, intervals at the tree's level, counts are estimation rows. Dates read as ISO dates,
 * booleans as yes and no. `or missing` stands where growing rows were missing and the criterion chose their side.
 * @returns lines joined by line feeds, without one at the end
 */
export function formatCausalTree(tree: CausalTree, options: CausalTreeTextOptions = {}): string {
  const maxLevels = requireInteger('maxLevels', options.maxLevels ?? 8, { min: 1 });
  const root = tree.nodes[0] as CausalTreeNode;
  const decimals = decimalsOf(root.effect);
  const lines = [
    ...heading(tree),
    '',
    `all rows: ${root.split === null ? 'leaf 0, ' : ''}${describeEffect(root.effect, decimals)}`,
  ];
  const visit = (node: CausalTreeNode, indent: string): void => {
    if (node.split === null) return;
    const conditions = describeSplit(
      node.split,
      tree.covariates[node.split.covariate] as CovariateDescription,
      maxLevels,
    );
    [node.left, node.right].forEach((index, side) => {
      const child = tree.nodes[index] as CausalTreeNode;
      const leaf = child.split === null ? `: leaf ${index}, ${describeEffect(child.effect, decimals)}` : '';
      lines.push(`${indent}${side === 0 ? '├─' : '└─'} ${conditions[side]}${leaf}`);
      visit(child, `${indent}${side === 0 ? '│  ' : '   '}`);
    });
  };
  visit(root, '');
  for (const { message } of tree.warnings) lines.push('', `Warning: ${message}.`);
  return lines.join('\n');
}

function heading(tree: CausalTree): string[] {
  const { honesty, level, folds } = tree.settings;
  const percent = `${shortest(level * 100)} %`;
  const grown = tree.pruning?.[0]?.leafCount;
  const lines = [
    `${honesty ? 'Honest causal' : 'Causal'} tree: effect of ${tree.treatmentName} on ${tree.outcomeName}, ` +
      `${percent} intervals`,
    honesty
      ? `${tree.growingRows.length} rows grew the tree, ${tree.estimationRows.length} others estimated its effects`
      : `${tree.growingRows.length} rows grew the tree and estimated its effects`,
  ];
  const kept = `${tree.leaves.length} ${tree.leaves.length === 1 ? 'leaf' : 'leaves'}`;
  lines.push(
    grown === undefined ? `${kept}, not pruned` : `${kept} of ${grown} kept by ${folds}-fold cross-validation`,
  );
  return lines;
}

function describeEffect({ estimate, interval, nTreated, nControl }: NodeEffect, decimals: number): string {
  const counts = `${nTreated} treated, ${nControl} untreated`;
  if (estimate === null) return `effect not estimable, ${counts}`;
  if (interval === null) return `effect ${fixed(estimate, decimals)} (no interval), ${counts}`;
  const [lower, upper] = interval.map((end) => fixed(end, decimals));
  return `effect ${fixed(estimate, decimals)} [${lower}, ${upper}], ${counts}`;
}

/** Decimals for the whole tree: two digits of the root's interval width, or four digits of its effect without one. */
function decimalsOf({ estimate, interval }: NodeEffect): number {
  const size = interval === null ? Math.abs(estimate ?? 0) / 100 : interval[1] - interval[0];
  return size > 0 ? Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(size)))) : 3;
}

/** Rounded text; a value that rounds to zero has no sign. */
function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text;
}
