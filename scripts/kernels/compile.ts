/**
 * Compiles the kernels (`src/kernels`) to WebAssembly, with AssemblyScript. They are TypeScript that means the same in both
 * languages; what AssemblyScript writes differently is put in place here: records, arrays, files that have a twin in
 * AssemblyScript (`*.as`: a few functions, loops over vectors), the way to import, and `const { a, b } = record`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import asc from 'assemblyscript/asc';
import * as additiveFrames from '../../src/kernels/additive-frames.js';
import * as frames from '../../src/kernels/frames.js';
import type { Shape } from '../../src/kernels/machine.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const KERNELS = 'src/kernels';
const HERE = 'scripts/kernels';

/** @returns the program's code in base64 */
export async function compileKernels(): Promise<string> {
  let code: Uint8Array | undefined;
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(
    [`${KERNELS}/program.ts`, '--outFile', 'kernels.wasm', '--runtime', 'stub', '--use', 'abort='].concat([
      '-O3',
      '--converge',
      '--noAssert',
      '--importMemory',
      '--enable',
      'simd',
      '--memoryBase',
      '1024',
    ]),
    {
      stderr,
      readFile: (name) => sourceOf(name),
      writeFile: (name, contents) => {
        if (name === 'kernels.wasm' && typeof contents !== 'string') code = contents;
      },
      listFiles: () => [],
    },
  );
  // It colours what it says wherever it believes to write to a terminal.
  const said = stripVTControlCharacters(stderr.toString());
  if (error || !code) throw new Error(`the kernels do not compile: ${error?.message}\n${said}`);
  return Buffer.from(code).toString('base64');
}

/** Files whose tables of fields become classes. */
const RECORDS: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  'frames.ts': frames,
  'additive-frames.ts': additiveFrames,
};

/** A source as AssemblyScript reads it; null where there is none. */
function sourceOf(name: string): string | null {
  if (dirname(name) !== KERNELS) return null;
  const records = RECORDS[basename(name)];
  if (records)
    return withArrays(
      Object.entries(records)
        .map(([name, shape]) => classOf(name, shape))
        .join('\n'),
    );
  const own = `${root}${HERE}/${basename(name, '.ts')}.as`;
  return existsSync(own) ? readFileSync(own, 'utf8') : existing(`${root}${name}`);
}

function existing(path: string): string | null {
  try {
    return withArrays(
      readFileSync(path, 'utf8')
        .replaceAll('import type {', 'import {')
        .replace(/([{,]\s+)type (?=\w)/g, '$1')
        .replaceAll(".js';", "';")
        .replace(/const \{([\w,\s]+)\} = (\w+);/g, (_, names: string, record: string) =>
          (names.match(/\w+/g) ?? []).map((field) => `const ${field} = ${record}.${field};`).join(' '),
        ),
    );
  } catch {
    return null;
  }
}

const withArrays = (source: string): string => `import { I32, F64, U8 } from './arrays'; ${source}`;

/** DRAWS → class Draws, its fields in the order of the table. */
const classOf = (name: string, shape: Readonly<Record<string, string>>): string =>
  `@unmanaged export class ${name[0]}${name.slice(1).toLowerCase()} { ${Object.entries(shape)
    .map(([field, type]) => `${field}: ${type};`)
    .join(' ')} }`;
