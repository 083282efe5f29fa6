/** New rows in a training trial's encoding: the same columns, kinds and category levels in the same order. */
import { rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { readCategory, readNumeric } from './covariates.js';
import { counted } from './culprits.js';
import { requireNaStrings } from './na-strings.js';
import { openTable, type TableInput } from './table.js';
import type { CategoryCovariate, Covariate } from './trial.js';

export interface EncodedRows {
  readonly rowCount: number;
  /** As in the training trial: same order, kinds, names and levels. */
  readonly covariates: readonly Covariate[];
  readonly warnings: readonly Warning[];
}

/** How new rows are read. */
export interface EncodeOptions {
  /** Words that mean "missing", as in the declaration of the trial. Default 'NA', 'NaN', 'null'. */
  readonly naStrings?: readonly string[];
}

/**
 * @param covariates the training trial's covariates
 * @param data rows or columns that hold at least the covariates' columns
 * @returns the encoded rows; labels that training did not know are missing, and a warning counts and names them
 * @throws InvalidDataError UNKNOWN_COLUMN where a covariate's column is absent, NOT_NUMERIC where its kind differs
 */
export function encodeCovariates(
  covariates: readonly Covariate[],
  data: TableInput,
  options: EncodeOptions = {},
): EncodedRows {
  rejectUnknownKeys('options', options, ['naStrings']);
  const naStrings = requireNaStrings(options.naStrings);
  const table = openTable(data);
  const warnings: Warning[] = [];
  const encoded = covariates.map((covariate) => {
    const cells = table.column(covariate.name, 'covariates');
    if (covariate.kind !== 'category') return readNumeric(covariate.name, cells, covariate.kind, naStrings);
    const unknown = new Map<string, number>();
    const category = readCategory(covariate.name, cells, naStrings, covariate.levels, (label) =>
      unknown.set(label, (unknown.get(label) ?? 0) + 1),
    );
    if (unknown.size > 0) warnings.push(unknownLevels(category, unknown));
    return category;
  });
  return Object.freeze({
    rowCount: table.rowCount,
    covariates: Object.freeze(encoded),
    warnings: Object.freeze(warnings),
  });
}

const NAMED_LEVELS = 10;

function unknownLevels({ name }: CategoryCovariate, unknown: ReadonlyMap<string, number>): Warning {
  const rows = [...unknown.values()].reduce((total, count) => total + count, 0);
  const named = [...unknown.keys()]
    .sort()
    .slice(0, NAMED_LEVELS)
    .map((label) => `'${label}'`);
  const more = unknown.size > NAMED_LEVELS ? ', …' : '';
  return warning(
    'UNKNOWN_LEVELS',
    `covariate '${name}' is treated as missing in ${counted(rows, 'row')} with ${counted(unknown.size, 'level')} ` +
      `that training did not see: ${named.join(', ')}${more}`,
  );
}
