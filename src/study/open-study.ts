/**
 * A table and a declaration → everything a study reads: the columns that all its fits share, the rows of each design, each
 * outcome in each window, each group. Errors of input are thrown here, before anything is fitted.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { hint } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import { isMissing } from '../data/cells.js';
import { partWarnings } from '../data/check-declaration.js';
import { covariateWarnings, readCategory, readCovariate } from '../data/covariates.js';
import { Culprits } from '../data/culprits.js';
import { freezeFrame } from '../data/freeze-trial.js';
import { groupRows } from '../data/groups.js';
import { readClusters, readPropensity, readWeights } from '../data/sampling.js';
import { openTable, type Table } from '../data/table.js';
import { readTreatment } from '../data/treatment.js';
import type { Covariate, TrialFrame } from '../data/trial.js';
import type { Named } from './declared-names.js';
import { type OutcomeCell, readOutcomeCell } from './outcome-cells.js';
import { cellName, type DeclaredDesign, type DeclaredGrouping, type DeclaredStudy } from './read-declaration.js';

/** Rows treated in one way, and the common controls. */
export interface Design extends Named {
  readonly column: string;
  /** Rows of the table, ascending. */
  readonly rows: Int32Array;
  /** 1 or 0 for every row of the table; what it says of rows outside `rows` is not used. */
  readonly treatment: Float64Array;
  /** The known propensity of every row of the table, or null. */
  readonly propensity: Float64Array | null;
}

export interface StudyGroup {
  readonly label: string;
  readonly rows: Int32Array;
  /** 1 for the rows of the table that belong to it. */
  readonly has: Uint8Array;
}

export interface Grouping extends Named {
  readonly reference: string | null;
  readonly groups: readonly StudyGroup[];
  readonly missing: number;
  readonly warnings: readonly Warning[];
}

export interface OpenStudy {
  /** Covariates, weights and clusters of every row; outcomes are in `cells`. */
  readonly frame: TrialFrame;
  readonly designs: readonly Design[];
  /** By outcome and window. */
  readonly cells: readonly (readonly OutcomeCell[])[];
  readonly groupings: readonly Grouping[];
  readonly treatmentShare: Float64Array | null;
}

/** @throws InvalidDataError, InvalidOptionError */
export function openStudy(data: unknown, declared: DeclaredStudy): OpenStudy {
  const table = openTable(data);
  const { naStrings } = declared.frame;
  const covariates: Covariate[] = [];
  const warnings: Warning[] = [];
  for (const { column, kind } of declared.frame.covariates) {
    const cells = table.column(column, 'covariates');
    const covariate = readCovariate(column, cells, kind, naStrings);
    covariates.push(covariate);
    warnings.push(...covariateWarnings(covariate, cells));
  }
  const weights = declared.frame.weights === undefined ? null : readWeights(declared.frame.weights, table, naStrings);
  const clusters =
    declared.frame.clusters === undefined ? null : readClusters(declared.frame.clusters, table, weights, naStrings);
  const share = declared.treatmentShare;
  return {
    frame: freezeFrame({
      rowCount: table.rowCount,
      covariates,
      outcomes: [],
      weights,
      clusters,
      warnings: [...warnings, ...partWarnings(declared.frame)],
    }),
    designs: readDesigns(declared, table),
    cells: declared.outcomes.map(({ name, inWindows }) =>
      inWindows.map((outcome, k) =>
        readOutcomeCell(
          cellName(name, declared.windows[k]?.name ?? null),
          outcome,
          table,
          naStrings,
          declared.missingOutcomes,
        ),
      ),
    ),
    groupings: declared.groupings.map((grouping) => readGrouping(grouping, declared, covariates, table)),
    treatmentShare: share && readShare(share.column, table, naStrings),
  };
}

function readDesigns({ treatment, designs, frame: { naStrings } }: DeclaredStudy, table: Table): Design[] {
  const main =
    treatment && readTreatment(treatment.column, table.column(treatment.column, 'treatment'), 'binary', naStrings);
  const received = designs.map((design) => readReceived(design, table, naStrings, main?.values ?? null));
  const isControl = main
    ? main.values.map((value) => 1 - value)
    : Float64Array.from({ length: table.rowCount }, (_, row) => (received.some((values) => values[row] === 1) ? 0 : 1));
  if (!isControl.includes(1))
    throw new InvalidDataError(
      'CONSTANT_TREATMENT',
      `${treatment ? `treatment: column '${treatment.column}' is 1 in every row` : 'designs: every row received at least one'}; the designs of a study are compared with rows that received none`,
      treatment ? { column: treatment.column } : {},
    );
  const all = treatment && main ? [{ design: treatment, values: main.values }] : [];
  all.push(...designs.map((design, k) => ({ design, values: received[k] })));
  return all.map(({ design, values }) => ({
    name: design.name,
    label: design.label,
    column: design.column,
    rows: Int32Array.from([...values.keys()].filter((row) => isControl[row] === 1 || values[row] === 1)),
    treatment: values,
    propensity: design.propensity === undefined ? null : readPropensity(design.propensity, table, naStrings),
  }));
}

/** Who received a design. Controls may have nothing in its column; what they may not have is the design. */
function readReceived(
  { name, column }: DeclaredDesign,
  table: Table,
  naStrings: ReadonlySet<string>,
  treatment: Float64Array | null,
): Float64Array {
  const role = `design '${name}'`;
  const cells = table.column(column, role);
  const filled = treatment
    ? Array.from<unknown, unknown>(cells, (cell, row) =>
        treatment[row] === 0 && isMissing(cell, naStrings) ? 0 : cell,
      )
    : cells;
  const { values } = readTreatment(column, filled, 'binary', naStrings, role);
  const contradictory = new Culprits();
  for (let row = 0; row < values.length; row++)
    if (treatment && treatment[row] === 0 && values[row] === 1) contradictory.add(row, cells[row]);
  if (contradictory.count > 0)
    throw new InvalidDataError(
      'NOT_IDENTIFIED',
      `${role}: column '${column}' says so of rows that the treatment says are controls: ${contradictory.describe('row')}; correct one of the two columns`,
      { column, rows: contradictory.rows },
    );
  return values;
}

/** More groups than this are an oversight: a column of numbers or names grouped by its every value. */
const MOST_GROUPS = 50;

function readGrouping(
  { name, label, by, reference }: DeclaredGrouping,
  { frame: { naStrings } }: DeclaredStudy,
  covariates: readonly Covariate[],
  table: Table,
): Grouping {
  const role = `groups.${name}`;
  const column = typeof by === 'string' ? by : ((by as { readonly column?: unknown } | undefined)?.column ?? null);
  // Without cuts a column is read as names, whatever its cells look like: group by year, by 0 and 1, by code.
  const own =
    typeof column !== 'string'
      ? null
      : cut(by)
        ? readCovariate(column, table.column(column, role), undefined, naStrings)
        : readCategory(column, table.column(column, role), naStrings, undefined, undefined, role);
  const seen = own ? [own] : covariates;
  const trial = { rowCount: table.rowCount, covariates: seen, covariateNames: seen.map((covariate) => covariate.name) };
  const { groups, missing, warnings } = groupRows(trial, by);
  if (groups.length > MOST_GROUPS)
    throw new InvalidOptionError(
      role,
      by,
      `at most ${MOST_GROUPS} groups (column '${String(column)}' has ${groups.length} values); give cuts`,
    );
  const labels = groups.map((group) => group.label);
  if (reference !== null && !labels.includes(reference))
    throw new InvalidOptionError(
      `${role}.reference`,
      reference,
      `the label of one of its groups: ${labels.join(', ')}${hint(reference, labels)}`,
    );
  return {
    name,
    label,
    reference,
    missing,
    warnings,
    groups: groups.map((group) => ({ ...group, has: flags(group.rows, table.rowCount) })),
  };
}

const cut = (by: unknown): boolean => typeof by === 'object' && by !== null && 'cuts' in by;

function flags(rows: Int32Array, count: number): Uint8Array {
  const has = new Uint8Array(count);
  for (const row of rows) has[row] = 1;
  return has;
}

function readShare(column: string, table: Table, naStrings: ReadonlySet<string>): Float64Array {
  const read = readCovariate(column, table.column(column, 'treatmentShare'), 'number', naStrings);
  const values = read.kind === 'category' ? new Float64Array() : read.values;
  const outside = values.findIndex((value) => value < 0 || value > 1);
  if (outside >= 0)
    throw new InvalidOptionError(
      'treatmentShare',
      values[outside],
      `a column of shares from 0 to 1; column '${column}' is outside in row ${outside}`,
    );
  return values;
}
