/**
 * Two numbers at once: what is done to a pair is done to each. The twin for AssemblyScript, `scripts/kernels/pairs.as`, has
 * them in one register. Numbers are rounded as they would be alone.
 */
/** Whether pairs are as fast as numbers: in JavaScript each is an object. */
export const hasPairs = (): bool => false;

export interface Pair {
  readonly one: f64;
  readonly two: f64;
}

/** array[at + k], with k a constant: the instruction that loads it adds k. */
export const numberAt = (array: F64, at: i32, k: i32): f64 => array[at + k];

/** The same, twice. */
export const twice = (array: F64, at: i32, k: i32): Pair => ({ one: array[at + k], two: array[at + k] });

/** The same at two places. */
export const ofPlaces = (array: F64, one: i32, two: i32, k: i32): Pair => ({
  one: array[one + k],
  two: array[two + k],
});

/** The same and its neighbour, array[at + k + 1]. */
export const neighbours = (array: F64, at: i32, k: i32): Pair => ({ one: array[at + k], two: array[at + k + 1] });

/** Both first numbers, both second ones. */
export const firsts = (a: Pair, b: Pair): Pair => ({ one: a.one, two: b.one });
export const seconds = (a: Pair, b: Pair): Pair => ({ one: a.two, two: b.two });

/** Adds to both. */
export function addNeighbours(array: F64, at: i32, k: i32, one: f64, two: f64): void {
  array[at + k] += one;
  array[at + k + 1] += two;
}

export function putNeighbours(array: F64, at: i32, k: i32, { one, two }: Pair): void {
  array[at + k] = one;
  array[at + k + 1] = two;
}

export const plus = (a: Pair, b: Pair): Pair => ({ one: a.one + b.one, two: a.two + b.two });
export const minus = (a: Pair, b: Pair): Pair => ({ one: a.one - b.one, two: a.two - b.two });
export const times = (a: Pair, b: Pair): Pair => ({ one: a.one * b.one, two: a.two * b.two });
export const over = (a: Pair, b: Pair): Pair => ({ one: a.one / b.one, two: a.two / b.two });

export const oneOf = ({ one }: Pair): f64 => one;
export const twoOf = ({ two }: Pair): f64 => two;
