/** Import first to have WebAssembly and worker threads when running from source: `tsx --import ./scripts/source-code.ts …`. */
import { bundleWorker } from './bundle-worker.js';
import { compileKernels } from './kernels/compile.js';

globalThis.CAUSAL_FOREST_KERNELS = await compileKernels();
globalThis.CAUSAL_FOREST_WORKER = bundleWorker();
