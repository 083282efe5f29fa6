/** A copy of the library whose kernels run as JavaScript, beside the one whose kernels are WebAssembly. */
import { vi } from 'vitest';

/** `missing`: an old runtime; `forbidden`: as under a content security policy without 'wasm-unsafe-eval'. */
export type Refusal = 'missing' | 'forbidden';

/**
 * Imports modules anew, as they are where there is no WebAssembly. The copy tries to compile its kernels once, here; after
 * that WebAssembly is back, for whoever else needs it.
 */
export async function importWithoutWebAssembly<Module>(how: Refusal, load: () => Promise<Module>): Promise<Module> {
  vi.resetModules();
  vi.stubGlobal(
    'WebAssembly',
    how === 'missing'
      ? undefined
      : {
          ...WebAssembly,
          Module: class {
            constructor() {
              throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
            }
          },
        },
  );
  try {
    const module = await load();
    const { startProgram } = await import('../../src/kernels/web-assembly.js');
    startProgram(1);
    vi.unstubAllGlobals();
    if (startProgram(1) !== null) throw new Error('there is WebAssembly');
    return module;
  } finally {
    vi.unstubAllGlobals();
  }
}
