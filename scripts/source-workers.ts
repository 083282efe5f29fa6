/** Import first to have worker threads when running from source: `tsx --import ./scripts/source-workers.ts …`. */
import { bundleWorker } from './bundle-worker.js';

globalThis.CAUSAL_FOREST_WORKER = bundleWorker();
