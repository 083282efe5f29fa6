/** How rows came into the data: sample weights, clusters and known propensities, each a column or an array. */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { isMissing, labelOfCell } from './cells.js';
import { Culprits, counted } from './culprits.js';
import { readNumbers } from './numbers.js';
import { type Column, isColumn, type Table } from './table.js';
import type { Clusters } from './trial.js';

/** @throws InvalidDataError INVALID_WEIGHTS (missing, negative, or all 0), INFINITE_VALUES, NOT_NUMERIC */
export function readWeights(declared: unknown, table: Table, naStrings: ReadonlySet<string>): Float64Array {
  const { name, cells } = locate('weights', declared, table);
  const weights = readNumbers(cells, { name, role: 'weights', naStrings, missingCode: 'INVALID_WEIGHTS' });
  const negative = culpritsOf(weights, (weight) => weight < 0);
  if (negative.count > 0)
    throw new InvalidDataError(
      'INVALID_WEIGHTS',
      `weights: column '${name}' is negative in ${negative.describe('row')}; weights are at least 0`,
      { column: name, rows: negative.rows },
    );
  if (weights.every((weight) => weight === 0))
    throw new InvalidDataError('INVALID_WEIGHTS', `weights: column '${name}' is 0 in every row`, { column: name });
  return weights;
}

/** @throws InvalidDataError INVALID_PROPENSITY, or InvalidOptionError where one number for all rows is out of range */
export function readPropensity(declared: unknown, table: Table, naStrings: ReadonlySet<string>): Float64Array {
  if (typeof declared === 'number') {
    if (!(declared > 0 && declared < 1))
      throw new InvalidOptionError('propensity', declared, 'a number above 0 and below 1');
    return new Float64Array(table.rowCount).fill(declared);
  }
  const { name, cells } = locate('propensity', declared, table);
  const values = readNumbers(cells, { name, role: 'propensity', naStrings, missingCode: 'INVALID_PROPENSITY' });
  const outside = culpritsOf(values, (value) => !(value > 0 && value < 1));
  if (outside.count > 0)
    throw new InvalidDataError(
      'INVALID_PROPENSITY',
      `propensity: column '${name}' must lie strictly between 0 and 1, but does not in ${outside.describe('row')}; ` +
        'rows that could only be treated, or only be untreated, carry no effect: leave them out of the data',
      { column: name, rows: outside.rows },
    );
  return values;
}

/** @throws InvalidDataError INVALID_CLUSTERS where a label is missing or fewer than two clusters have weight */
export function readClusters(
  declared: unknown,
  table: Table,
  weights: Float64Array | null,
  naStrings: ReadonlySet<string>,
): Clusters {
  const { name, cells } = locate('clusters', declared, table);
  const unlabelled = new Culprits();
  const labelOfRow: string[] = new Array(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const cell: unknown = cells[row];
    const label = isMissing(cell, naStrings) ? null : labelOfCell(cell);
    if (label === null) unlabelled.add(row, cell);
    labelOfRow[row] = label ?? '';
  }
  if (unlabelled.count > 0)
    throw new InvalidDataError(
      'INVALID_CLUSTERS',
      `clusters: column '${name}' has no label in ${unlabelled.describe('row')}; every row needs a cluster`,
      { column: name, rows: unlabelled.rows },
    );
  const clusters = clustersOf(name, labelOfRow);
  const weighted = new Set(clusters.ids.filter((_, row) => weights === null || (weights[row] as number) > 0)).size;
  if (weighted < 2)
    throw new InvalidDataError(
      'INVALID_CLUSTERS',
      `clusters: column '${name}' has ${counted(weighted, 'cluster')}${weights ? ' of positive weight' : ''}; ` +
        'standard errors by cluster need at least two',
      { column: name },
    );
  return clusters;
}

/** Numbers clusters in order of first appearance. */
export function clustersOf(name: string, labelOfRow: readonly string[]): Clusters {
  const idOf = new Map<string, number>();
  const ids = new Int32Array(labelOfRow.length);
  labelOfRow.forEach((label, row) => {
    let id = idOf.get(label);
    if (id === undefined) {
      id = idOf.size;
      idOf.set(label, id);
    }
    ids[row] = id;
  });
  return Object.freeze({ name, ids, count: idOf.size, labels: Object.freeze([...idOf.keys()]) });
}

/** A column of the table by its name, or an array with one value per row, which takes the option's name. */
function locate(option: string, declared: unknown, table: Table): { name: string; cells: Column } {
  if (typeof declared === 'string') return { name: declared, cells: table.column(declared, option) };
  if (!isColumn(declared)) throw new InvalidOptionError(option, declared, "a column's name or an array");
  if (declared.length !== table.rowCount)
    throw new InvalidDataError(
      'UNEQUAL_LENGTHS',
      `${option} has ${counted(declared.length, 'value')}, but data has ${counted(table.rowCount, 'row')}`,
    );
  return { name: option, cells: declared };
}

function culpritsOf(values: Float64Array, breaks: (value: number) => boolean): Culprits {
  const culprits = new Culprits();
  values.forEach((value, row) => {
    if (breaks(value)) culprits.add(row, value);
  });
  return culprits;
}
