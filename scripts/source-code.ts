/** Import first to have WebAssembly and worker threads when running from source: `tsx --import ./scripts/source-code.ts …`. */
import './source-kernels.js';
import { bundleWorker } from './bundle-worker.js';

globalThis.CAUSAL_FOREST_WORKER = bundleWorker();
