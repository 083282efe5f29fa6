/** Which leaf a row falls into, and the effect estimated there. */
import { InvalidDataError } from '../../base/errors.js';
import { type Warning, warning } from '../../base/warnings.js';
import { encodeCovariates } from '../../data/encode.js';
import type { TableInput } from '../../data/table.js';
import type { CategoryCovariate, Covariate, Trial } from '../../data/trial.js';
import { rowsByNode } from './route.js';
import type { CausalTree, CausalTreeNode, CovariateDescription } from './types.js';

/** One cell per row, in the order of the data. NaN where the leaf has none; `warnings` then count the rows. */
export interface CausalTreePredictions {
  /** Index into `CausalTree.nodes`. */
  readonly leaf: Int32Array;
  /** Effect in the row's leaf, in outcome units. */
  readonly effect: Float64Array;
  /** Standard error of that effect. It says how well the leaf's mean effect is known, not how rows differ within it. */
  readonly standardError: Float64Array;
  readonly warnings: readonly Warning[];
}

/**
 * @param data a trial with the tree's covariates, or new rows as rows or columns; other columns are ignored.
 *   A level that the tree's trial did not know counts as missing, and a warning names it.
 * @throws InvalidDataError UNKNOWN_COLUMN, NOT_NUMERIC where a covariate is absent or of another kind
 */
export function predictCausalTree(tree: CausalTree, data: Trial | TableInput): CausalTreePredictions {
  const { rowCount, covariates, warnings } = isTrial(data)
    ? { rowCount: data.rowCount, ...alignTrial(tree, data) }
    : encodeCovariates(tree.covariates.map(withoutValues), data);
  const leaf = new Int32Array(rowCount);
  const effect = new Float64Array(rowCount);
  const standardError = new Float64Array(rowCount);
  const reached = rowsByNode(
    tree.nodes,
    covariates,
    Int32Array.from({ length: rowCount }, (_, row) => row),
  );
  let without = 0;
  for (const index of tree.leaves) {
    const estimate = (tree.nodes[index] as CausalTreeNode).effect;
    const rows = reached[index] as Int32Array;
    if (estimate.estimate === null) without += rows.length;
    for (const row of rows) {
      leaf[row] = index;
      effect[row] = estimate.estimate ?? Number.NaN;
      standardError[row] = estimate.standardError ?? Number.NaN;
    }
  }
  const missing =
    without === 0
      ? []
      : [warning('LEAVES_WITHOUT_EFFECT', `${without} rows fall into leaves without an estimate; their effect is NaN`)];
  return Object.freeze({ leaf, effect, standardError, warnings: Object.freeze([...warnings, ...missing]) });
}

const isTrial = (data: Trial | TableInput): data is Trial =>
  !Array.isArray(data) && typeof (data as Partial<Trial>).rowCount === 'number' && 'covariateNames' in data;

/** A trial's covariates in the tree's order and level codes. */
function alignTrial(tree: CausalTree, trial: Trial): { covariates: Covariate[]; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const covariates = tree.covariates.map((wanted) => {
    const found = trial.covariates.find((covariate) => covariate.name === wanted.name);
    if (found === undefined)
      throw new InvalidDataError(
        'UNKNOWN_COLUMN',
        `the trial has no covariate '${wanted.name}', which the tree was grown with; declare it`,
        { column: wanted.name },
      );
    if (found.kind !== wanted.kind)
      throw new InvalidDataError(
        'NOT_NUMERIC',
        `covariate '${wanted.name}' is a ${found.kind} here but a ${wanted.kind} in the tree; declare it with that kind`,
        { column: wanted.name },
      );
    return found.kind === 'category' ? recode(found, wanted.levels as readonly string[], warnings) : found;
  });
  return { covariates, warnings };
}

function recode(covariate: CategoryCovariate, levels: readonly string[], warnings: Warning[]): CategoryCovariate {
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const translation = covariate.levels.map((level) => codeOf.get(level) ?? -1);
  const codes = covariate.codes.map((code) => (code < 0 ? -1 : (translation[code] as number)));
  const lost = codes.filter((code, row) => code < 0 && covariate.codes[row] >= 0).length;
  const unknown = covariate.levels.filter((_, code) => translation[code] === -1 && covariate.codes.includes(code));
  if (lost > 0)
    warnings.push(
      warning(
        'UNKNOWN_LEVELS',
        `covariate '${covariate.name}' counts as missing in ${lost} rows with levels that the tree does not know: ` +
          unknown.slice(0, 10).join(', ') +
          (unknown.length > 10 ? ', …' : ''),
      ),
    );
  return { ...covariate, codes, levels };
}

const withoutValues = ({ name, kind, levels }: CovariateDescription): Covariate =>
  kind === 'category'
    ? { kind, name, codes: new Int32Array(0), levels: levels as readonly string[] }
    : { kind, name, values: new Float64Array(0) };
