/** Plain data made ready for threads: its arrays move to memory that all threads see, where the platform has such. */

type TypedArray = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Browsers offer shared memory only to pages that are isolated from other origins. */
const canShare = (): boolean =>
  typeof SharedArrayBuffer === 'function' &&
  (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated !== false;

/**
 * A copy with every typed array in shared memory; the value itself where memory cannot be shared, so that each thread
 * gets a copy with the message. An array that stands in several places is copied once.
 */
export const shareArrays = <T>(value: T): T => (canShare() ? (copyOf(value, new Map()) as T) : value);

function copyOf(value: unknown, known: Map<unknown, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (known.has(value)) return known.get(value);
  const copy = ArrayBuffer.isView(value)
    ? shared(value as TypedArray)
    : Array.isArray(value)
      ? value.map((item) => copyOf(item, known))
      : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item, known)]));
  known.set(value, copy);
  return copy;
}

function shared(from: TypedArray): TypedArray {
  const Kind = from.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
  const to = new Kind(new SharedArrayBuffer(from.byteLength));
  to.set(from);
  return to;
}

/** The buffers of a value's own arrays: what a message hands over instead of copying. */
export function buffersOf(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) buffersOf(item, found);
  }
  return found;
}
