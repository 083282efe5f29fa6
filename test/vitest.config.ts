import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { cachedKernels } from '../scripts/kernels/cached.js';

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** `npm test` runs everything but `*.slow.test.ts` (simulations of minutes); `npm run test:slow` runs those alone. */
const slow = process.env.CAUSAL_FOREST_SLOW === '1';

export default defineConfig({
  define: { 'globalThis.CAUSAL_FOREST_KERNELS': JSON.stringify(await cachedKernels()) },
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: {
    alias: [
      { find: /^causal-forest\/(csv|node|simulate|report)$/, replacement: source('$1/index.ts') },
      { find: /^causal-forest$/, replacement: source('index.ts') },
    ],
  },
  test: {
    include: slow ? ['test/**/*.slow.test.ts'] : ['test/**/*.test.ts'],
    exclude: slow ? ['node_modules/**'] : ['node_modules/**', 'test/**/*.slow.test.ts'],
    testTimeout: slow ? 900_000 : 60_000,
    pool: 'threads',
  },
});
