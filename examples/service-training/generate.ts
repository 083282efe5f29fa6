/**
 * Writes the bundled study to data/workers.csv.gz: `npx tsx examples/service-training/generate.ts`.
 * The text is the same wherever it is made; the compressed bytes may differ between versions of zlib.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { BUNDLED_SEED, type Cell, drawStudy, studyColumns } from './study.js';

export const CSV_FILE = new URL('data/workers.csv.gz', import.meta.url);

/** The columns as CSV: a header line, `\n` line ends, quotes where a cell has a comma, empty where it is missing. */
export function csvText(columns: Readonly<Record<string, readonly Cell[]>>): string {
  const names = Object.keys(columns);
  const rowCount = columns[names[0] as string]?.length ?? 0;
  const lines = [names.join(',')];
  for (let row = 0; row < rowCount; row++)
    lines.push(names.map((name) => csvCell((columns[name] as readonly Cell[])[row] as Cell)).join(','));
  return `${lines.join('\n')}\n`;
}

const csvCell = (cell: Cell): string => (cell === null ? '' : /[",\n]/.test(String(cell)) ? `"${cell}"` : String(cell));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = csvText(studyColumns(drawStudy(BUNDLED_SEED)));
  mkdirSync(new URL('data/', import.meta.url), { recursive: true });
  writeFileSync(CSV_FILE, gzipSync(text, { level: 9 }));
  process.stderr.write(`${CSV_FILE.pathname}: ${text.length} characters of CSV\n`);
}
