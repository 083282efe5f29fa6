/**
 * What one cell of a table says: missing, a number, a truth value, a date or text.
 * Text from a CSV file is read as what it spells out ("12.5", "true", "2024-03-01"); nothing depends on the machine's
 * locale or time zone.
 */

/** Words that mean "missing" unless the declaration says otherwise; the empty text always does. */
export const DEFAULT_NA_STRINGS: readonly string[] = Object.freeze(['NA', 'NaN', 'null']);

/** null, undefined, NaN, blank text and the words in `naStrings` (surrounding blanks ignored). */
export function isMissing(cell: unknown, naStrings: ReadonlySet<string>): boolean {
  if (cell === null || cell === undefined) return true;
  if (typeof cell === 'number') return Number.isNaN(cell);
  if (typeof cell !== 'string') return false;
  const text = cell.trim();
  return text === '' || naStrings.has(text);
}

/** What kind of value a non-missing cell holds; 'booleanText' is the word true or false, 'other' cannot be used. */
export type CellKind = 'number' | 'boolean' | 'date' | 'booleanText' | 'text' | 'other';

export function kindOfCell(cell: unknown): CellKind {
  switch (typeof cell) {
    case 'number':
    case 'bigint':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      if (!Number.isNaN(numberOfText(cell))) return 'number';
      if (BOOLEAN_TEXT.test(cell)) return 'booleanText';
      return Number.isNaN(daysOfText(cell)) ? 'text' : 'date';
    default:
      return cell instanceof Date && !Number.isNaN(cell.getTime()) ? 'date' : 'other';
  }
}

/** The cell's number (truth values are 1 and 0), ±Infinity where it says so, NaN where it is not a number. */
export function numberOfCell(cell: unknown): number {
  switch (typeof cell) {
    case 'number':
      return cell;
    case 'boolean':
      return cell ? 1 : 0;
    case 'bigint':
      return Number.isSafeInteger(Number(cell)) ? Number(cell) : Number.NaN;
    case 'string':
      return numberOfText(cell);
    default:
      return Number.NaN;
  }
}

/** 1 or 0 for true, false, 1, 0 and their spellings as text; NaN for anything else. */
export function booleanOfCell(cell: unknown): number {
  if (typeof cell === 'string' && BOOLEAN_TEXT.test(cell)) return cell.trim().toLowerCase() === 'true' ? 1 : 0;
  const value = numberOfCell(cell);
  return value === 0 || value === 1 ? value : Number.NaN;
}

/**
 * Days since 1970-01-01 in UTC, a time of day as the day's fraction; NaN for what is neither a Date nor an ISO date.
 * ISO text without a time zone is read as UTC, so that a file means the same on every machine.
 */
export function daysOfCell(cell: unknown): number {
  if (cell instanceof Date) return cell.getTime() / MILLISECONDS_PER_DAY;
  return typeof cell === 'string' ? daysOfText(cell) : Number.NaN;
}

/** The category label of a non-missing cell: text as it is, dates in ISO form; null for what has no plain label. */
export function labelOfCell(cell: unknown): string | null {
  switch (typeof cell) {
    case 'string':
      return cell;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(cell);
    default:
      return cell instanceof Date && !Number.isNaN(cell.getTime()) ? isoOfDays(daysOfCell(cell)) : null;
  }
}

/** ISO text of days since 1970-01-01: the date alone at midnight UTC, with its time of day otherwise. */
export function isoOfDays(days: number): string {
  const iso = new Date(days * MILLISECONDS_PER_DAY).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, -14) : iso;
}

/** Days as a Date. */
export const dateOfDays = (days: number): Date => new Date(days * MILLISECONDS_PER_DAY);

const MILLISECONDS_PER_DAY = 86_400_000;
const BOOLEAN_TEXT = /^\s*(?:true|false)\s*$/i;
const NUMBER_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE_TEXT = /^([+-]?)inf(?:inity)?$/i;
const WHOLE_TEXT = /^[+-]?\d+$/;
const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** NaN for text that is no number, and for whole numbers beyond 2⁵³ − 1, which would be rounded (most are codes). */
function numberOfText(cell: string): number {
  const text = cell.trim();
  if (NUMBER_TEXT.test(text)) {
    const value = Number(text);
    return WHOLE_TEXT.test(text) && !Number.isSafeInteger(value) ? Number.NaN : value;
  }
  const infinite = INFINITE_TEXT.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number.NaN;
}

function daysOfText(cell: string): number {
  const parts = ISO_DATE.exec(cell.trim());
  if (!parts) return Number.NaN;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((k) => Number(parts[k] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const millisecond = Number(`0.${parts[7] ?? '0'}`) * 1000;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  // A day that the month does not have rolls over: such text is not a date.
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) return Number.NaN;
  time.setUTCHours(hour, minute, second);
  return (time.getTime() + millisecond - offsetMinutes(parts[8] ?? 'Z') * 60_000) / MILLISECONDS_PER_DAY;
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone[0] === '-' ? -minutes : minutes;
}
