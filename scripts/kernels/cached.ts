/**
 * The kernels' code, compiled where it has changed: the compiler takes seconds to load. What was compiled is kept under
 * `node_modules/.cache`, under a name made of everything it depends on.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = `${root}node_modules/.cache/causal-forest`;

/** @returns code in base64 */
export async function cachedKernels(): Promise<string> {
  const file = `${FOLDER}/kernels-${hashOfSources()}.txt`;
  const kept = existing(file);
  if (kept !== null) return kept;
  const { compileKernels } = await import('./compile.js');
  const code = await compileKernels();
  mkdirSync(FOLDER, { recursive: true });
  // Several processes may do this at once: each leaves a whole file.
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  return code;
}

function hashOfSources(): string {
  const hash = createHash('sha256').update(readFileSync(`${root}node_modules/assemblyscript/package.json`));
  for (const folder of ['src/kernels', 'scripts/kernels'])
    for (const name of readdirSync(`${root}${folder}`).sort())
      hash.update(name).update(readFileSync(`${root}${folder}/${name}`));
  return hash.digest('hex').slice(0, 16);
}

function existing(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
