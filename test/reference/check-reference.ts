/**
 * Every figure of every reference case in a folder, beside what this library computes from the same forest.
 *
 *   npm run check:reference -- DIR        (default: test/reference/fixtures)
 *
 * Ends non-zero where a figure is off by more than allowed, is known by no line of figures.ts, or a file cannot be read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckedFigure, checkCase, type Verdict } from './check-case.js';

const WORDS: Readonly<Record<Verdict, string>> = {
  equal: 'equal',
  off: 'OFF',
  unknown: 'NOT CHECKED',
  leftOut: 'left out',
};

const directory = process.argv[2] ?? fileURLToPath(new URL('fixtures', import.meta.url));
const files = readdirSync(directory)
  .filter((file) => file.endsWith('.json'))
  .sort();
const counts: Record<Verdict, number> = { equal: 0, off: 0, unknown: 0, leftOut: 0 };
let unreadable = 0;

for (const file of files) {
  console.log(`\n${file}`);
  try {
    const figures = checkCase(JSON.parse(readFileSync(join(directory, file), 'utf8')));
    if (figures.length === 0) throw new Error('there is no figure in it');
    for (const figure of figures) {
      counts[figure.verdict]++;
      console.log(lineOf(figure));
    }
  } catch (error) {
    unreadable++;
    console.log(`  CANNOT BE READ: ${(error as Error).message}`);
  }
}

console.log(
  `\n${files.length} files: ${counts.equal} figures equal, ${counts.off} off, ${counts.unknown} not checked, ` +
    `${counts.leftOut} left out (their estimators do not exist here), ${unreadable} files unreadable`,
);
if (files.length === 0) console.log(`no .json file in ${directory}`);
process.exitCode = files.length === 0 || counts.off + counts.unknown + unreadable > 0 ? 1 : 0;

function lineOf({ name, verdict, difference, allowance, reason }: CheckedFigure): string {
  const numbers = [difference, allowance].map((value) => (value === null ? '-' : value.toExponential(1)).padStart(9));
  return `  ${name.padEnd(28)} ${numbers.join(' ')}  ${WORDS[verdict]}${reason === null ? '' : `: ${reason}`}`;
}
