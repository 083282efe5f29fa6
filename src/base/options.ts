/**
 * Checks for options: each throws an InvalidOptionError that names the option, what was received and what would do.
 * Options are resolved once, at the boundary; inside the library only resolved, frozen options exist.
 */
import { InvalidOptionError } from './errors.js';

interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

/** A finite number inside the range; bounds are inclusive (`min`, `max`) or exclusive (`above`, `below`). */
export function requireNumber(option: string, value: unknown, range: Range = {}): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || outside(value, range))
    throw new InvalidOptionError(option, value, `a number${describe(range)}`);
  return value;
}

/** A whole number inside the range, and a multiple of `multipleOf` where given. */
export function requireInteger(
  option: string,
  value: unknown,
  range: Range & { readonly multipleOf?: number } = {},
): number {
  const multiple = range.multipleOf ?? 1;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || outside(value, range) || value % multiple !== 0)
    throw new InvalidOptionError(
      option,
      value,
      `a whole number${describe(range)}${multiple > 1 ? `, a multiple of ${multiple}` : ''}`,
    );
  return value;
}

export function requireBoolean(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new InvalidOptionError(option, value, 'true or false');
  return value;
}

/** One of the listed words. */
export function requireOneOf<const T extends string>(option: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T))
    throw new InvalidOptionError(
      option,
      value,
      `one of ${allowed.map((word) => `'${word}'`).join(', ')}${hint(value, allowed)}`,
    );
  return value as T;
}

/** Refuses keys that are not in `known`, with a suggestion for a misspelt one. */
export function rejectUnknownKeys(where: string, given: object, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) throw new InvalidOptionError(where, given, 'an object');
  for (const key of Object.keys(given))
    if (!known.includes(key))
      throw new InvalidOptionError(
        `${where}.${key}`,
        (given as Record<string, unknown>)[key],
        `left out: there is no such option${hint(key, known)}`,
      );
}

/** " (did you mean 'x'?)" for the nearest known word, or nothing when none is near. */
export function hint(word: unknown, known: readonly string[]): string {
  if (typeof word !== 'string') return '';
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= Math.max(2, Math.floor(near.candidate.length / 3))
    ? ` (did you mean '${near.candidate}'?)`
    : '';
}

const outside = (value: number, { min, max, above, below }: Range): boolean =>
  (min !== undefined && value < min) ||
  (max !== undefined && value > max) ||
  (above !== undefined && value <= above) ||
  (below !== undefined && value >= below);

function describe({ min, max, above, below }: Range): string {
  const parts: string[] = [];
  if (min !== undefined) parts.push(`at least ${min}`);
  if (above !== undefined) parts.push(`above ${above}`);
  if (max !== undefined) parts.push(`at most ${max}`);
  if (below !== undefined) parts.push(`below ${below}`);
  return parts.length ? ` ${parts.join(' and ')}` : '';
}

/** Levenshtein distance by two rows, O(|a|·|b|); words here are option and column names. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
