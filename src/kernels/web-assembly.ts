/** The kernels as WebAssembly: compiled once, started for each machine in a memory of its own. */

declare global {
  /** Put in place of this expression when the package is built (`scripts/bundled-code.ts`). */
  var CAUSAL_FOREST_KERNELS: string | undefined;
}

const PAGE = 65536;

/** The kernels' WebAssembly code in base64; undefined where this copy of the library was not built with it. */
export const kernelCode = (): string | undefined => globalThis.CAUSAL_FOREST_KERNELS;

/** undefined: not yet compiled; null: cannot be had here. */
let module: WebAssembly.Module | null | undefined;

export interface StartedProgram {
  readonly memory: ArrayBuffer;
  readonly exports: WebAssembly.Exports;
  /** The memory may be used for another program: no one reads or writes this one's any more. */
  release(): void;
}

/** Memory that was released last: garbage collection would let it lie for long. */
let spare: WebAssembly.Memory | null = null;

/** Null where the runtime has no WebAssembly, a page's content security policy forbids it, or memory is short. */
export function startProgram(bytes: number): StartedProgram | null {
  if (module === undefined) module = compile();
  if (module === null) return null;
  try {
    const memory = zeroedMemory(Math.ceil(bytes / PAGE));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const release = () => {
      spare = memory;
    };
    return { memory: memory.buffer, exports, release };
  } catch {
    return null;
  }
}

/** Memory that is this many times too large is let go instead. */
const MOST_WASTE = 8;

function zeroedMemory(pages: number): WebAssembly.Memory {
  const memory = spare;
  spare = null;
  if (memory === null || memory.buffer.byteLength > MOST_WASTE * pages * PAGE)
    return new WebAssembly.Memory({ initial: pages });
  const missing = pages - memory.buffer.byteLength / PAGE;
  try {
    if (missing > 0) memory.grow(missing);
  } catch {
    return new WebAssembly.Memory({ initial: pages });
  }
  new Uint8Array(memory.buffer).fill(0, 0, pages * PAGE);
  return memory;
}

function compile(): WebAssembly.Module | null {
  const text = kernelCode();
  if (text === undefined) return null;
  try {
    return new WebAssembly.Module(bytesOf(atob(text)));
  } catch {
    return null;
  }
}

/** A plain loop: this runs once, before anything is compiled, and a call for each character would take longer than all else. */
function bytesOf(characters: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(characters.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = characters.charCodeAt(k);
  return bytes;
}
