/** Names and labels in a declaration, as callers without types may have written them. */
import { InvalidOptionError } from '../base/errors.js';

/** A name for rows and a label for readers. */
export interface Named {
  readonly name: string;
  readonly label: string;
}

/** The entries of an object of names. */
export function entries(option: string, given: unknown): [name: string, declared: unknown][] {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new InvalidOptionError(option, given, 'an object of names and what they stand for');
  return Object.entries(given);
}

/** A label where one is given, else the name. */
export function labelOf(option: string, given: unknown, name: string): string {
  const label = (given as { readonly label?: unknown } | null)?.label;
  if (label === undefined || typeof given !== 'object') return name;
  if (typeof label !== 'string' || label === '') throw new InvalidOptionError(`${option}.label`, label, 'a word');
  return label;
}

/** The object without the keys that are for readers. */
export function without(given: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(given).filter(([key]) => !keys.includes(key)));
}
