import { copyFileSync } from 'node:fs';
import { bundlePrograms } from './speed/bundle.js';
const [file] = await bundlePrograms([new URL('./ab-wide.ts', import.meta.url)]);
copyFileSync(file, process.argv[2]);
