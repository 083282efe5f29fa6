/** Import first to have WebAssembly when running from source: `tsx --import ./scripts/source-kernels.ts …`. */
import { cachedKernels } from './kernels/cached.js';

globalThis.CAUSAL_FOREST_KERNELS = await cachedKernels();
