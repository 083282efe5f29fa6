/** Programs of a benchmark as plain JavaScript files, so that no loader runs in the measured process. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { cachedKernels } from '../../scripts/kernels/cached.js';

/** @returns paths of the bundles, in a folder for temporary files */
export async function bundlePrograms(sources: readonly URL[]): Promise<string[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'causal-forest-bench-'));
  const entryPoints = sources.map((source) => fileURLToPath(source));
  await build({
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
    define: { 'globalThis.CAUSAL_FOREST_KERNELS': JSON.stringify(await cachedKernels()) },
  });
  return entryPoints.map((path) => join(outdir, basename(path).replace(/\.ts$/, '.mjs')));
}
