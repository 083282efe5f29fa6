import { InvalidOptionError } from '../base/errors.js';
import { DEFAULT_NA_STRINGS } from './cells.js';

/** The checked option `naStrings`: an array of words, or undefined for the default. */
export function requireNaStrings(given: unknown): ReadonlySet<string> {
  if (given === undefined) return new Set(DEFAULT_NA_STRINGS);
  if (!Array.isArray(given) || !given.every((word) => typeof word === 'string'))
    throw new InvalidOptionError('naStrings', given, 'an array of words');
  return new Set(given.map((word: string) => word.trim()));
}
