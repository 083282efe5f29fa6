/** Several arrays of one quantity as numbers of rows (`divide-rows.ts`), which know single arrays only, and back. */
import type { RowNumbers } from './divide-rows.js';

/** `{ name0: arrays[0], name1: … }`. */
export const spreadArrays = (name: string, arrays: readonly Float64Array[]): Record<string, Float64Array> =>
  Object.fromEntries(arrays.map((values, k) => [`${name}${k}`, values]));

/** The arrays again, as many as there are; null where there are none. */
export function gatherArrays(name: string, numbers: RowNumbers): readonly Float64Array[] | null {
  const arrays: Float64Array[] = [];
  for (let k = 0; ; k++) {
    const values = numbers[`${name}${k}`];
    if (!(values instanceof Float64Array)) break;
    arrays.push(values);
  }
  return arrays.length > 0 ? Object.freeze(arrays) : null;
}
