/** Machines: records as kernels find them in WebAssembly memory, and as plain arrays where there is none. */
import { describe, expect, test, vi } from 'vitest';
import { machineBytes, makeMachine, plan } from '../../src/kernels/machine.js';
import { startProgram } from '../../src/kernels/web-assembly.js';
import { borrowEngine } from '../../src/tree/engine.js';
import { forestProblem } from '../support/forest-problem.js';
import { importWithoutWebAssembly } from '../support/plain-kernels.js';

const MIXED = { a: 'i32', b: 'f64', c: 'I32', d: 'i32', e: 'F64', f: 'U8', g: 'f64' } as const;
const PLANS = {
  first: plan(MIXED, { c: 3, e: 5, f: 7 }),
  second: plan(MIXED, { f: 1 }),
  third: plan({ x: 'U8', y: 'i32' } as const, { x: 100_000 }),
};
/** Where records begin. */
const FIRST = 4096;

const arraysOf = (records: object) =>
  Object.values(records).flatMap((record: object) =>
    Object.values(record).filter((field) => ArrayBuffer.isView(field)),
  );

describe('in WebAssembly memory', () => {
  const { records } = makeMachine(PLANS);
  const { first, second, third } = records;
  const memory = first.c.buffer;

  test('arrays have their lengths, begin at multiples of 16, and lie apart, in one memory', () => {
    expect([first.c.length, first.e.length, first.f.length]).toEqual([3, 5, 7]);
    expect([second.c.length, second.e.length, second.f.length, third.x.length]).toEqual([0, 0, 1, 100_000]);
    let end = FIRST;
    for (const array of arraysOf(records) as Uint8Array[]) {
      expect(array.buffer).toBe(memory);
      expect(array.byteOffset % 16).toBe(0);
      expect(array.byteOffset).toBeGreaterThanOrEqual(end);
      end = array.byteOffset + array.byteLength;
    }
    expect(end).toBeLessThanOrEqual(machineBytes(PLANS));
    expect(machineBytes(PLANS)).toBeLessThan(end + 16);
    expect(memory.byteLength).toBe(Math.ceil(machineBytes(PLANS) / 65_536) * 65_536);
  });

  // As C lays out a struct: every field at the next multiple of its size. A pointer has four bytes.
  test('fields lie where AssemblyScript looks for them', () => {
    const view = new DataView(memory);
    first.a = -7;
    first.b = 0.1;
    first.d = 2 ** 31 - 1;
    first.g = -1e300;
    expect(view.getInt32(FIRST, true)).toBe(-7);
    expect(view.getFloat64(FIRST + 8, true)).toBe(0.1);
    expect(view.getInt32(FIRST + 16, true)).toBe(first.c.byteOffset);
    expect(view.getInt32(FIRST + 20, true)).toBe(2 ** 31 - 1);
    expect(view.getInt32(FIRST + 24, true)).toBe(first.e.byteOffset);
    expect(view.getInt32(FIRST + 28, true)).toBe(first.f.byteOffset);
    expect(view.getFloat64(FIRST + 32, true)).toBe(-1e300);
    view.setInt32(FIRST, 11, true);
    view.setFloat64(FIRST + 8, 2.5, true);
    expect([first.a, first.b]).toEqual([11, 2.5]);
  });

  test('machines have memories of their own', () => {
    const other = makeMachine(PLANS).records.first;
    expect(other.c.buffer).not.toBe(memory);
    first.a = 5;
    expect([other.a, other.b, ...other.c]).toEqual([0, 0, 0, 0, 0]);
  });
});

test('in an engine no field shares its place with another', () => {
  const problem = forestProblem({ columns: ['missing', 'category', 'ties'], clusterSize: 3 });
  // Not given back: what is written here would disturb the next forest.
  const { records } = borrowEngine(problem.columns, problem.plan).machine;
  const fields = Object.values(records).flatMap((record: object) =>
    Object.keys(record).map((name) => ({ record: record as Record<string, unknown>, name })),
  );
  fields.forEach(({ record, name }, k) => {
    if (ArrayBuffer.isView(record[name])) (record[name] as Int32Array).fill(k);
    else record[name] = k;
  });
  fields.forEach(({ record, name }, k) => {
    const value = record[name];
    if (ArrayBuffer.isView(value))
      expect(
        (value as Int32Array).every((entry) => entry === k),
        name,
      ).toBe(true);
    else expect(value, name).toBe(k);
  });
  expect(fields.length).toBeGreaterThan(90);
  expect(fields.length).toBeLessThan(256);
});

describe.each(['missing', 'forbidden'] as const)('where WebAssembly is %s', (how) => {
  test('the same records, as arrays of their own', async () => {
    const fresh = await importWithoutWebAssembly(how, () => import('../../src/kernels/machine.js'));
    const plain = fresh.makeMachine(PLANS).records;
    expect(plain).toEqual(makeMachine(PLANS).records);
    expect(Object.keys(plain.first)).toEqual(Object.keys(MIXED));
    expect(new Set((arraysOf(plain) as Uint8Array[]).map(({ buffer }) => buffer)).size).toBe(7);
    plain.first.b = 0.25;
    expect(plain.first.b).toBe(0.25);
  });
});

describe('starting the program', () => {
  test('compiles it once; what was refused is not asked for again', async () => {
    vi.resetModules();
    const fresh = await import('../../src/kernels/web-assembly.js');
    const compile = vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
      throw new WebAssembly.CompileError('no');
    });
    expect([fresh.startProgram(1), fresh.startProgram(1)]).toEqual([null, null]);
    expect(compile).toHaveBeenCalledTimes(1);
    compile.mockRestore();
    expect(fresh.startProgram(1)).toBeNull();
  });

  test('more memory than there is: none, and the next machine has its own again', () => {
    expect(startProgram(2 ** 40)).toBeNull();
    expect(startProgram(65_537)?.memory.byteLength).toBeGreaterThanOrEqual(2 * 65_536);
  });
});

describe('memory that was released', () => {
  test('serves the next machine, larger or smaller, and is empty', () => {
    const first = makeMachine(PLANS);
    const memory = first.records.first.c.buffer;
    first.records.third.x.fill(7);
    first.records.first.b = 1;
    first.release();
    const small = makeMachine({ only: PLANS.first });
    expect(small.records.only.c.buffer).toBe(memory);
    expect([small.records.only.b, ...small.records.only.e, ...small.records.only.f]).toEqual(new Array(13).fill(0));
    small.records.only.f.fill(9);
    small.release();
    const large = makeMachine({ much: plan({ x: 'U8' } as const, { x: 1_000_000 }) });
    expect(large.records.much.x.every((entry) => entry === 0)).toBe(true);
    // It has grown: what held it before holds nothing now.
    expect(small.records.only.f.length).toBe(0);
  });

  test('serves one machine only', () => {
    makeMachine(PLANS).release();
    const [one, other] = [makeMachine(PLANS), makeMachine(PLANS)];
    expect(one.records.first.c.buffer).not.toBe(other.records.first.c.buffer);
  });
});
