/** What a reader must know of the tree as a whole. */
import { type Warning, warning } from '../../base/warnings.js';
import type { ResolvedCausalTreeOptions } from './options.js';
import type { CausalTreeNode, PruningStep } from './types.js';

export function treeWarnings(
  nodes: readonly CausalTreeNode[],
  pruning: readonly PruningStep[] | null,
  settings: ResolvedCausalTreeOptions,
): Warning[] {
  const warnings: Warning[] = [];
  if (!settings.honesty)
    warnings.push(
      warning(
        'NOT_HONEST',
        'effects were estimated on the rows that chose the splits: they are too far apart and their intervals ' +
          'too narrow; use honesty for numbers to publish',
      ),
    );
  if (nodes.length === 1)
    warnings.push(
      warning(
        'NO_SPLIT',
        (pruning?.length ?? 1) > 1
          ? 'no split held up in cross-validation: the only effect is the overall one, and these data do not show for whom it differs'
          : 'no split improves the criterion: the only effect is the overall one, and these data do not show for whom it differs',
      ),
    );
  const silent = nodes.filter((node) => node.split === null && node.effect.warnings.length > 0);
  if (silent.length > 0)
    warnings.push(
      warning(
        'LEAVES_WITHOUT_INTERVAL',
        `${silent.length} of ${nodes.filter((node) => node.split === null).length} leaves have no interval ` +
          `(nodes ${silent.map((node) => node.index).join(', ')}); their warnings say why`,
      ),
    );
  return warnings;
}
