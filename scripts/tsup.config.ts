import { defineConfig } from 'tsup';
import { bundledCode } from './bundled-code.js';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    csv: 'src/csv/index.ts',
    node: 'src/node/index.ts',
    report: 'src/report/index.ts',
    simulate: 'src/simulate/index.ts',
    command: 'src/command/bin.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  clean: true,
  splitting: true,
  sourcemap: true,
  treeshake: true,
  define: await bundledCode(),
});
