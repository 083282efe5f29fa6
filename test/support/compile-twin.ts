/** A twin of `scripts/kernels/*.as`, compiled behind given functions, with a memory of its own. */
import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const sourceOf = (name: string): string =>
  readFileSync(new URL(`../../scripts/kernels/${name}.as`, import.meta.url), 'utf8');

/**
 * @param entry what is exported, in AssemblyScript; it imports from './words', './pairs', './arrays'
 * @returns what is exported, and the memory, of one page
 */
export async function compileTwin<Exports>(entry: string): Promise<Exports & { readonly memory: WebAssembly.Memory }> {
  let code: Uint8Array | undefined;
  const stderr = asc.createMemoryStream();
  await asc.main(
    ['entry.ts', '--outFile', 'twin.wasm', '--runtime', 'stub', '-O3', '--enable', 'simd', '--initialMemory', '1'],
    {
      stderr,
      readFile: (name) => {
        if (name === 'entry.ts') return entry;
        return ['words.ts', 'pairs.ts', 'arrays.ts'].includes(name) ? sourceOf(name.slice(0, -3)) : null;
      },
      writeFile: (_, contents) => {
        if (typeof contents !== 'string') code = contents;
      },
      listFiles: () => [],
    },
  );
  if (!code) throw new Error(stderr.toString());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)));
  return exports as unknown as Exports & { readonly memory: WebAssembly.Memory };
}
