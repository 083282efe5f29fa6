import { defineConfig } from 'tsup';
import { bundleWorker } from './bundle-worker.js';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    csv: 'src/csv/index.ts',
    node: 'src/node/index.ts',
    report: 'src/report/index.ts',
    simulate: 'src/simulate/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  clean: true,
  splitting: true,
  sourcemap: true,
  treeshake: true,
  // The source of worker threads travels inside the library, as text (`src/threads/divide.ts`).
  define: { 'globalThis.CAUSAL_FOREST_WORKER': JSON.stringify(bundleWorker()) },
});
