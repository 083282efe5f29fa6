/**
 * Sets of rows as bits: row r's is bit r & 31 of word r >> 5, and a set has a multiple of four words. The twin for
 * AssemblyScript, `scripts/kernels/words.as`, takes four words at once, and four rows of a list.
 */

/**
 * Rows of the set at `from` that are in the set at `cut` go to `left`, the others to `right`, which may be `from`.
 * Returns 1 where there are left rows, plus 2 where there are right ones.
 */
export function splitSet(sets: I32, from: i32, left: i32, right: i32, below: I32, cut: i32, words: i32): i32 {
  let anyLeft: i32 = 0;
  let anyRight: i32 = 0;
  for (let k: i32 = 0; k < words; k++) {
    const rows: i32 = sets[from + k];
    const goes: i32 = rows & below[cut + k];
    sets[left + k] = goes;
    sets[right + k] = rows ^ goes;
    anyLeft |= goes;
    anyRight |= rows ^ goes;
  }
  return (anyLeft !== 0 ? 1 : 0) | (anyRight !== 0 ? 2 : 0);
}

/** The same for those that are in the set at `cut` and not in the one at `missing`. */
export function splitPresent(
  sets: I32,
  from: i32,
  left: i32,
  right: i32,
  below: I32,
  cut: i32,
  missing: i32,
  words: i32,
): i32 {
  let anyLeft: i32 = 0;
  let anyRight: i32 = 0;
  for (let k: i32 = 0; k < words; k++) {
    const rows: i32 = sets[from + k];
    const goes: i32 = rows & below[cut + k] & ~below[missing + k];
    sets[left + k] = goes;
    sets[right + k] = rows ^ goes;
    anyLeft |= goes;
    anyRight |= rows ^ goes;
  }
  return (anyLeft !== 0 ? 1 : 0) | (anyRight !== 0 ? 2 : 0);
}

/** The set at `to` gets the rows of the one at `from`. */
export function unite(sets: I32, to: i32, other: I32, from: i32, words: i32): void {
  for (let k: i32 = 0; k < words; k++) sets[to + k] |= other[from + k];
}

/** No rows. */
export function empty(sets: I32, at: i32, words: i32): void {
  for (let k: i32 = 0; k < words; k++) sets[at + k] = 0;
}

/**
 * Row r's number has bit b iff r is in the b-th of `count` sets, at most 16. It is written to out[at + r] as base + number, 0
 * as 0. Up to 15 places behind the last row are written too.
 */
export function writeNumbers(sets: I32, count: i32, words: i32, rowCount: i32, base: i32, out: I32, at: i32): void {
  for (let r: i32 = 0; r < rowCount; r++) {
    let number: i32 = 0;
    for (let place: i32 = (count - 1) * words + (r >> 5); place >= 0; place -= words)
      number = (number << 1) | ((sets[place] >>> (r & 31)) & 1);
    out[at + r] = number === 0 ? 0 : base + number;
  }
}

/**
 * Splits a list of rows, buffer[from … end), to buffer[to …): rows whose code is at most `cut` come first. Returns how many
 * they are. `right` is −1 or 0, the sign of cut − code, which cannot overflow; the right cursor lies `gap` behind the left
 * one, so one place is computed and written.
 */
export function splitList(buffer: I32, from: i32, end: i32, to: i32, code: I32, column: i32, cut: i32): i32 {
  let left: i32 = to;
  let gap: i32 = end - from;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = buffer[k];
    const right: i32 = (cut - code[row + column]) >> 31;
    gap = (gap - 1) | 0;
    buffer[left + (gap & right)] = row;
    left = (left + 1 + right) | 0;
  }
  return left - to;
}

/** Makes words of bytes that are 0 or 1, 32 a word. */
export function packBytes(bytes: U8, out: I32, words: i32): void {
  for (let k: i32 = 0; k < words; k++) {
    let word: i32 = 0;
    for (let bit: i32 = 31; bit >= 0; bit--) word = (word << 1) | bytes[(k << 5) + bit];
    out[k] = word;
  }
}
