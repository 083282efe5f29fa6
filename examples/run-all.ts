/** Runs every numbered example in a process of its own, from the project's root; ends non-zero if one fails. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
for (const file of readdirSync(here).filter((name) => /^\d\d-.*\.ts$/.test(name))) {
  console.log(`\n${file}`);
  const { status } = spawnSync('npx', ['tsx', '--import', './scripts/source-kernels.ts', `${here}${file}`], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}
