/** Windows and outcomes of a study's declaration: what each outcome is made of in each window. */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireNumber } from '../base/options.js';
import { entries, labelOf, type Named, without } from './declared-names.js';
import type { StudyWindowInfo } from './types.js';

export interface DeclaredOutcome extends Named {
  readonly unit: string | null;
  /** By window (one entry where there are none): a declaration as `createTrial` takes it, columns mapped. */
  readonly inWindows: readonly unknown[];
}

export interface DeclaredWindow extends StudyWindowInfo {
  readonly columns: Readonly<Record<string, unknown>> | null;
}

export function readWindows(given: unknown): DeclaredWindow[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0)
    throw new InvalidOptionError('windows', given, 'an array of at least one window, a name or { name, columns }');
  const windows = given.map((entry: unknown, k): DeclaredWindow => {
    const option = `windows[${k}]`;
    const declared = (typeof entry === 'string' ? { name: entry } : entry) as Partial<DeclaredWindow> | null;
    rejectUnknownKeys(option, declared as object, ['name', 'label', 'at', 'columns']);
    const { name, at, columns } = declared as Partial<DeclaredWindow>;
    if (typeof name !== 'string' || name === '') throw new InvalidOptionError(`${option}.name`, name, 'a word');
    if (columns !== undefined) entries(`${option}.columns`, columns);
    return {
      name,
      label: labelOf(option, declared, name),
      at: at === undefined ? k + 1 : requireNumber(`${option}.at`, at),
      columns: columns ?? null,
    };
  });
  windows.forEach(({ name, at }, k) => {
    if (windows.findIndex((other) => other.name === name) < k)
      throw new InvalidOptionError(`windows[${k}].name`, name, 'a name of its own for every window');
    if (k > 0 && at <= windows[k - 1].at)
      throw new InvalidOptionError(`windows[${k}].at`, at, 'greater than that of the window before it');
  });
  return windows;
}

export function readOutcomes(
  { outcomes, windowColumns }: { readonly outcomes?: unknown; readonly windowColumns?: unknown },
  windows: readonly DeclaredWindow[],
): DeclaredOutcome[] {
  if (windowColumns !== undefined && (typeof windowColumns !== 'function' || windows.length === 0))
    throw new InvalidOptionError('windowColumns', windowColumns, 'a function, beside windows');
  const declared = entries('outcomes', outcomes);
  if (declared.length === 0) throw new InvalidOptionError('outcomes', outcomes, 'an object of at least one outcome');
  return declared.map(([name, outcome]) => {
    const option = `outcomes.${name}`;
    const unit = typeof outcome === 'object' ? (outcome as { readonly unit?: unknown } | null)?.unit : undefined;
    if (unit !== undefined && typeof unit !== 'string') throw new InvalidOptionError(`${option}.unit`, unit, 'a word');
    const plain = typeof outcome === 'object' && outcome !== null ? without(outcome, ['label', 'unit']) : outcome;
    return {
      name,
      label: labelOf(option, outcome, name),
      unit: unit ?? null,
      inWindows: windows.length === 0 ? [plain] : windows.map((window) => inWindow(plain, window, windowColumns)),
    };
  });
}

/** The declaration with its columns as they are named in a window. */
function inWindow(outcome: unknown, { name, columns }: DeclaredWindow, windowColumns: unknown): unknown {
  const mapped = (column: unknown): unknown => {
    if (typeof column !== 'string') return column;
    if (columns === null && windowColumns === undefined)
      throw new InvalidOptionError(
        'windowColumns',
        undefined,
        `given, because window '${name}' has no columns of its own`,
      );
    const found: unknown = columns
      ? columns[column]
      : (windowColumns as (column: string, window: string) => unknown)(column, name);
    if (typeof found !== 'string')
      throw new InvalidOptionError(
        columns ? `columns.${column} of window '${name}'` : `windowColumns('${column}', '${name}')`,
        found,
        `the name of the table's column for '${column}'`,
      );
    return found;
  };
  if (typeof outcome === 'string') return mapped(outcome);
  if (typeof outcome !== 'object' || outcome === null) return outcome;
  return Object.fromEntries(
    Object.entries(outcome).map(([key, value]) => [
      key,
      ['column', 'numerator', 'denominator'].includes(key) ? mapped(value) : value,
    ]),
  );
}
