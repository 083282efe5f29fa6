/**
 * A study's declaration as callers without types may have written it → one whose shape is sure. Columns are not looked at
 * here. Whatever is wrong is thrown before anything is computed, naming the part of the declaration.
 */
import { InvalidOptionError } from '../base/errors.js';
import { hint, rejectUnknownKeys, requireOneOf } from '../base/options.js';
import { type CheckedFrame, checkFrame, requireColumn } from '../data/check-declaration.js';
import type { GroupBy } from '../data/groups.js';
import { ownColumn } from '../data/outcomes.js';
import type { StudyDeclaration } from './declaration.js';
import { entries, labelOf, type Named, without } from './declared-names.js';
import { type DeclaredOutcome, readOutcomes, readWindows } from './declared-outcomes.js';
import type { StudyCell, StudyWindowInfo } from './types.js';

export interface DeclaredDesign extends Named {
  readonly column: string;
  /** As given; its reader checks it. */
  readonly propensity: unknown;
}

export interface DeclaredGrouping extends Named {
  readonly by: GroupBy;
  readonly reference: string | null;
}

export interface DeclaredStudy {
  readonly title: string | null;
  readonly frame: CheckedFrame;
  readonly covariateLabels: ReadonlyMap<string, string>;
  /** The treatment that defines the controls, or null: those without any design. */
  readonly treatment: DeclaredDesign | null;
  /** Beside `treatment`. */
  readonly designs: readonly DeclaredDesign[];
  readonly outcomes: readonly DeclaredOutcome[];
  readonly windows: readonly StudyWindowInfo[];
  readonly groupings: readonly DeclaredGrouping[];
  readonly familyOf: (cell: StudyCell) => string;
  readonly missingOutcomes: 'refuse' | 'drop';
  readonly treatmentShare: { readonly column: string; readonly label: string } | null;
}

const KEYS = [
  'title',
  'covariates',
  'treatment',
  'designs',
  'outcomes',
  'windows',
  'windowColumns',
  'groups',
  'families',
  'missingOutcomes',
  'treatmentShare',
  'weights',
  'clusters',
  'propensity',
  'naStrings',
] as const satisfies readonly (keyof StudyDeclaration)[];

type Given = { readonly [Key in keyof StudyDeclaration]?: unknown };

/** @throws InvalidOptionError naming the part, or InvalidDataError REPEATED_COLUMN */
export function readDeclaration(declaration: object): DeclaredStudy {
  rejectUnknownKeys('declaration', declaration, KEYS);
  const given = declaration as Given;
  if (given.title !== undefined && typeof given.title !== 'string')
    throw new InvalidOptionError('title', given.title, 'a text');
  const treatment = given.treatment === undefined ? null : readTreatmentDesign(given.treatment, given.propensity);
  const designs = entries('designs', given.designs ?? {}).map(([name, design]) => readDesign(name, design));
  if (!treatment && designs.length === 0)
    throw new InvalidOptionError('treatment', undefined, "a column's name, unless designs are declared");
  if (!treatment && given.propensity !== undefined)
    throw new InvalidOptionError(
      'propensity',
      given.propensity,
      'given at each of the designs, as { column, propensity }',
    );
  if (treatment && designs.some(({ name }) => name === treatment.name))
    throw new InvalidOptionError('designs', treatment.name, `without the treatment's own name`);

  const windows = readWindows(given.windows);
  const outcomes = readOutcomes(given, windows);
  const covariates = withoutLabels(given.covariates);
  const roles: [column: string, role: string][] = treatment ? [[treatment.column, 'the treatment']] : [];
  for (const { column, name } of designs) roles.push([column, `design '${name}'`]);
  const declared = outcomes.flatMap(({ name, inWindows }) =>
    inWindows.map((outcome, k) => [cellName(name, windows[k]?.name ?? null), outcome] as const),
  );
  const { weights, clusters, naStrings } = given;
  return {
    title: (given.title as string | undefined) ?? null,
    frame: checkFrame(
      { covariates: covariates.plain, outcomes: Object.fromEntries(declared), weights, clusters, naStrings },
      roles,
    ),
    covariateLabels: covariates.labels,
    treatment,
    designs,
    outcomes,
    windows,
    groupings: entries('groups', given.groups ?? {}).map(([name, grouping]) => readGrouping(name, grouping)),
    familyOf: readFamilies(given.families, outcomes),
    missingOutcomes: requireOneOf('missingOutcomes', given.missingOutcomes ?? 'refuse', ['refuse', 'drop']),
    treatmentShare: given.treatmentShare === undefined ? null : labelledColumn('treatmentShare', given.treatmentShare),
  };
}

/** How messages name an outcome in a window. */
export const cellName = (outcome: string, window: string | null): string =>
  window === null ? outcome : `${outcome} (${window})`;

function labelledColumn(option: string, given: unknown): { column: string; label: string } {
  const column = ownColumn(given);
  if (column === null) throw new InvalidOptionError(option, given, "a column's name or { column, label }");
  if (typeof given === 'object') rejectUnknownKeys(option, given as object, ['column', 'label']);
  return { column, label: labelOf(option, given, column) };
}

function readTreatmentDesign(given: unknown, propensity: unknown): DeclaredDesign {
  const { column, label } = labelledColumn('treatment', given);
  return { name: column, label, column, propensity };
}

function readDesign(name: string, given: unknown): DeclaredDesign {
  const option = `designs.${name}`;
  if (typeof given === 'object' && given !== null) rejectUnknownKeys(option, given, ['column', 'label', 'propensity']);
  const { column } = requireColumn(option, typeof given === 'string' ? given : { column: ownColumn(given) });
  const propensity = typeof given === 'object' ? (given as { readonly propensity?: unknown }).propensity : undefined;
  return { name, label: labelOf(option, given, name), column, propensity };
}

function withoutLabels(given: unknown): { plain: unknown; labels: Map<string, string> } {
  const labels = new Map<string, string>();
  if (!Array.isArray(given)) return { plain: given, labels };
  const plain = given.map((entry: unknown, k) => {
    if (typeof entry !== 'object' || entry === null) return entry;
    const column = ownColumn(entry);
    if (column !== null) labels.set(column, labelOf(`covariates[${k}]`, entry, column));
    return without(entry, ['label']);
  });
  return { plain, labels };
}

function readGrouping(name: string, given: unknown): DeclaredGrouping {
  const option = `groups.${name}`;
  if (typeof given !== 'object' || given === null || Array.isArray(given) || !('by' in given))
    return { name, label: name, by: given as GroupBy, reference: null };
  rejectUnknownKeys(option, given, ['by', 'label', 'reference']);
  const { by, reference } = given as { readonly by: unknown; readonly reference?: unknown };
  if (reference !== undefined && typeof reference !== 'string')
    throw new InvalidOptionError(`${option}.reference`, reference, "a group's label");
  return { name, label: labelOf(option, given, name), by: by as GroupBy, reference: reference ?? null };
}

function readFamilies(given: unknown, outcomes: readonly Named[]): (cell: StudyCell) => string {
  if (typeof given === 'function')
    return (cell) => {
      const family: unknown = given(cell);
      if (typeof family !== 'string' || family === '')
        throw new InvalidOptionError(`families(${cellName(cell.outcome, cell.window)})`, family, "a family's name");
      return family;
    };
  const familyOf = new Map<string, string>();
  for (const [family, members] of entries('families', given ?? {})) {
    if (!Array.isArray(members))
      throw new InvalidOptionError(`families.${family}`, members, "an array of outcomes' names");
    for (const name of members as unknown[]) {
      const names = outcomes.map((outcome) => outcome.name);
      if (typeof name !== 'string' || !names.includes(name))
        throw new InvalidOptionError(
          `families.${family}`,
          name,
          `one of the outcomes: ${names.join(', ')}${hint(name, names)}`,
        );
      if (familyOf.has(name))
        throw new InvalidOptionError(
          `families.${family}`,
          name,
          `in one family only; it is in '${familyOf.get(name)}' too`,
        );
      familyOf.set(name, family);
    }
  }
  return ({ outcome }) => familyOf.get(outcome) ?? outcome;
}
