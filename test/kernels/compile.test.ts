/** The build of the kernels: the same bytes every time, and a refusal that says why. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { compileKernels } from '../../scripts/kernels/compile.js';
import * as program from '../../src/kernels/program.js';

/** The build with one kernel's source changed on its way from the disk. */
async function compileWith(file: string, change: (source: string) => string): Promise<string> {
  vi.resetModules();
  vi.doMock('node:fs', async (original) => {
    const { existsSync, readFileSync } = await original<typeof import('node:fs')>();
    return {
      existsSync,
      readFileSync: (path: string, encoding: 'utf8') =>
        path.endsWith(`/src/kernels/${file}`) ? change(readFileSync(path, encoding)) : readFileSync(path, encoding),
    };
  });
  const changed = await import('../../scripts/kernels/compile.js');
  return changed.compileKernels();
}

afterEach(() => {
  vi.doUnmock('node:fs');
  vi.resetModules();
});

const code = await compileKernels();

test('the same bytes as those that these tests run, compiled before, with a function for each kernel', () => {
  expect(globalThis.CAUSAL_FOREST_KERNELS).toBe(code);
  const module = new WebAssembly.Module(Buffer.from(code, 'base64'));
  const functions = WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'function');
  expect(functions.map(({ name }) => name)).toEqual(Object.keys(program));
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
});

test('another kernel, other bytes', async () => {
  const other = await compileWith('stream.ts', (source) => source.replace('>>> 5', '>>> 6'));
  expect(other).not.toBe(code);
});

describe('what AssemblyScript refuses is refused with its message', () => {
  test.each([
    ['a fraction where a whole number belongs', 'return word;', 'return uniform(state);', /AS200: .*'f64' to 'i32'/],
    ['a way to take fields that is not translated', 'const c: i32 = state[2]', 'const { length: c } = state', /ERROR/],
    ['a name that is not there', 'bits(state) >>> 6', 'words(state) >>> 6', /TS2304: Cannot find name 'words'/],
    ['a type that it does not have', 'state: I32', 'state: number | string', /ERROR (TS|AS)\d+/],
    [
      'a field that the record does not have',
      'const b: i32 = state[1]',
      'const b: i32 = state.first',
      /TS2339: Property 'first'/,
    ],
    [
      'a file that is not there',
      "'./portable.js'",
      "'./portables.js'",
      /TS6054: File 'src\/kernels\/portables.*' not found/,
    ],
  ])('%s', async (_, from, to, message) => {
    const changed = compileWith('stream.ts', (source) => {
      expect(source).toContain(from);
      return source.replace(from, to);
    });
    await expect(changed).rejects.toThrow(/^the kernels do not compile: /);
    await expect(changed).rejects.toThrow(message);
  });
});
