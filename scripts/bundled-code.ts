/**
 * What travels inside the library as text: the kernels' WebAssembly and the worker threads' source. Builds put them in place
 * of the global names by which the library asks for them.
 */
import { bundleWorker } from './bundle-worker.js';
import { cachedKernels } from './kernels/cached.js';

/** Constants for esbuild, tsup and Vite: expression → its source. */
export async function bundledCode(): Promise<Record<string, string>> {
  return {
    'globalThis.CAUSAL_FOREST_KERNELS': JSON.stringify(await cachedKernels()),
    'globalThis.CAUSAL_FOREST_WORKER': JSON.stringify(bundleWorker()),
  };
}
