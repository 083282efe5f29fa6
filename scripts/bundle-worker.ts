/** The worker threads' source as one text, for the build and for whoever runs from source. */
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export function bundleWorker(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../src/worker/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  });
  return (outputFiles[0] as { readonly text: string }).text;
}
