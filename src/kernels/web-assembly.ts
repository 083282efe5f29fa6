/** The kernels as WebAssembly: compiled once, started for each machine in a memory of its own. */

declare global {
  /** WebAssembly code of the kernels in base64: put in place when the package is built (`scripts/kernels/compile.ts`). */
  var CAUSAL_FOREST_KERNELS: string | undefined;
}

const PAGE = 65536;

/** undefined: not yet compiled; null: cannot be had here. */
let module: WebAssembly.Module | null | undefined;

/** Null where the runtime has no WebAssembly, a page's content security policy forbids it, or memory is short. */
export function startProgram(
  bytes: number,
): { readonly memory: ArrayBuffer; readonly exports: WebAssembly.Exports } | null {
  module ??= compile();
  if (module === null) return null;
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return { memory: memory.buffer, exports };
  } catch {
    return null;
  }
}

function compile(): WebAssembly.Module | null {
  const text = globalThis.CAUSAL_FOREST_KERNELS;
  if (text === undefined) return null;
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
