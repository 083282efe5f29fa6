/**
 * Where kernels run: as WebAssembly where there is any, else as the JavaScript they are written in; the same numbers, bit
 * for bit. A machine has records (`frames.ts`), whose arrays are typed arrays to the host in both cases and never move.
 * In WebAssembly they lie in one memory of the machine's own, and kernels get their addresses.
 */
import * as program from './program.js';
import { startProgram } from './web-assembly.js';

/** A record's fields: arrays by their type, and numbers. */
export type Shape = Readonly<Record<string, FieldType>>;
export type FieldType = keyof Arrays | 'i32' | 'f64';
interface Arrays {
  readonly I32: Int32Array;
  readonly F64: Float64Array;
  readonly U8: Uint8Array;
}

type ArrayNames<S extends Shape> = { [K in keyof S]: S[K] extends keyof Arrays ? K : never }[keyof S];

export type Frame<S extends Shape> = {
  readonly [K in ArrayNames<S>]: S[K] extends keyof Arrays ? Arrays[S[K]] : never;
} & { [K in Exclude<keyof S, ArrayNames<S>>]: number };

/** A record to be made: its fields, and the lengths of its arrays; those left out are empty. */
export interface Plan<S extends Shape = Shape> {
  readonly shape: S;
  readonly lengths: { readonly [K in ArrayNames<S>]?: number };
}

export type Plans = Readonly<Record<string, Plan>>;

/** Ties a record's lengths to its fields. */
export const plan = <const S extends Shape>(shape: S, lengths: Plan<S>['lengths']): Plan<S> => ({ shape, lengths });

export type Program = typeof program;

/** The kernels as JavaScript, for records outside any machine. */
export const plainProgram: Program = program;

export interface Machine<P extends Plans> {
  readonly records: { readonly [Name in keyof P]: Frame<P[Name]['shape']> };
  readonly kernels: typeof program;
  /** Gives the machine's memory away. Its records must not be used after that. */
  release(): void;
}

const ARRAYS = { I32: Int32Array, F64: Float64Array, U8: Uint8Array } as const;
const isArray = (type: FieldType): type is keyof Arrays => type in ARRAYS;

/** Bytes of a field in its record, which begins at a multiple of them: an array's field is its address. */
const fieldBytes = (type: FieldType): number => (type === 'f64' ? 8 : 4);

/** Records begin here; what lies below belongs to the program. */
const FIRST_ADDRESS = 4096;
/** Where arrays begin: at multiples of it. */
const ALIGNMENT = 16;

const aligned = (address: number, bytes: number): number => Math.ceil(address / bytes) * bytes;

export function makeMachine<const P extends Plans>(plans: P): Machine<P> {
  const started = startProgram(machineBytes(plans));
  if (!started)
    return {
      records: mapRecords(plans, ({ shape, lengths }) => plainRecord(shape, lengths)),
      kernels: program,
      release: () => {},
    };
  const addresses = new Map<unknown, number>();
  let address = FIRST_ADDRESS;
  const records = mapRecords(plans, ({ shape, lengths }) => {
    const record = recordIn(started.memory, shape, lengths, address);
    addresses.set(record, address);
    address = endOf(shape, lengths, address);
    return record;
  });
  return { records, kernels: withAddresses(started.exports, addresses), release: started.release };
}

/** What a machine takes. */
export const machineBytes = (plans: Plans): number =>
  Object.values(plans).reduce((address, { shape, lengths }) => endOf(shape, lengths, address), FIRST_ADDRESS);

const mapRecords = <P extends Plans>(plans: P, make: (plan: Plan) => unknown) =>
  Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, make(plan)])) as Machine<P>['records'];

/** A record outside any machine, for kernels that are called as JavaScript. */
export const plainFrame = <const S extends Shape>(shape: S, lengths: Plan<S>['lengths']): Frame<S> =>
  plainRecord(shape, lengths as Readonly<Record<string, number>>) as Frame<S>;

function plainRecord(shape: Shape, lengths: Readonly<Record<string, number>>): object {
  return Object.fromEntries(
    Object.entries(shape).map(([name, type]) => [name, isArray(type) ? new ARRAYS[type](lengths[name] ?? 0) : 0]),
  );
}

/** Where a record and its arrays end that begin at `address`, a multiple of the alignment; also one. */
function endOf(shape: Shape, lengths: Readonly<Record<string, number>>, address: number): number {
  let end = aligned(recordEnd(shape, address), ALIGNMENT);
  for (const [name, type] of Object.entries(shape))
    if (isArray(type)) end = aligned(end + (lengths[name] ?? 0) * ARRAYS[type].BYTES_PER_ELEMENT, ALIGNMENT);
  return end;
}

function recordEnd(shape: Shape, address: number): number {
  return Object.values(shape).reduce((end, type) => aligned(end, fieldBytes(type)) + fieldBytes(type), address);
}

/** A record in memory: its numbers are read and written there. */
function recordIn(
  memory: ArrayBuffer,
  shape: Shape,
  lengths: Readonly<Record<string, number>>,
  address: number,
): object {
  const record = {};
  const words = new Int32Array(memory);
  const doubles = new Float64Array(memory);
  let field = address;
  let array = aligned(recordEnd(shape, address), ALIGNMENT);
  for (const [name, type] of Object.entries(shape)) {
    field = aligned(field, fieldBytes(type));
    const place = field / fieldBytes(type);
    if (isArray(type)) {
      const value = new ARRAYS[type](memory, array, lengths[name] ?? 0);
      Object.defineProperty(record, name, { value, enumerable: true });
      words[place] = array;
      array = aligned(array + value.byteLength, ALIGNMENT);
    } else {
      const view = type === 'f64' ? doubles : words;
      const set = (value: number) => {
        view[place] = value;
      };
      Object.defineProperty(record, name, { get: () => view[place], set, enumerable: true });
    }
    field += fieldBytes(type);
  }
  return record;
}

/** What a kernel takes, at most. */
const MOST_ARGUMENTS = 9;

/**
 * Kernels that take records, from those that take their addresses. All get as many arguments as any of them takes, of which
 * they leave those beyond their own: an array for each call would take longer than what small kernels do.
 */
function withAddresses(exports: WebAssembly.Exports, addresses: ReadonlyMap<unknown, number>): typeof program {
  const of = (given: unknown): unknown => (typeof given === 'object' ? addresses.get(given) : given);
  const wrapped = (kernel: (...given: unknown[]) => unknown) => {
    if (kernel.length > MOST_ARGUMENTS) throw new Error(`a kernel takes ${kernel.length} arguments`);
    return (
      a: unknown,
      b: unknown,
      c: unknown,
      d: unknown,
      e: unknown,
      f: unknown,
      g: unknown,
      h: unknown,
      i: unknown,
    ) => kernel(of(a), of(b), of(c), of(d), of(e), of(f), of(g), of(h), of(i));
  };
  return Object.fromEntries(
    Object.keys(program).map((name) => [name, wrapped(exports[name] as (...given: unknown[]) => unknown)]),
  ) as unknown as typeof program;
}
