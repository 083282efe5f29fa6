/**
 * Accuracy on known truth, beside grf on the same rows:
 *   npm run bench:accuracy -- DIR [--seeds N] [--trees N] [--methods plain,…] [--json] [--at-most R]
 * Fits every method with defaults on every file of DIR, once for each seed, the methods in turn, and compares mean squared
 * errors of out-of-bag effects: ours (mean over seeds) over grf's (mean over its stored seeds). Beside them stand the
 * intervals' coverage and length, the average effect, warnings, and CPU time. With `--at-most` it ends non-zero where the
 * geometric mean of a method's ratios is above R.
 */
import { parseArgs } from 'node:util';
import { caseFiles, readCase } from './cases.js';
import { type Answer, answersOf, chooseMethods, warmUp } from './methods.js';
import { progressLine } from './progress.js';
import { type DesignResult, type FileResult, fileResult, methodResult } from './results.js';
import { accuracyTable, goalsTable, warningLines } from './show.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    trees: { type: 'string', default: '1000' },
    methods: { type: 'string' },
    json: { type: 'boolean', default: false },
    'at-most': { type: 'string' },
  },
});
const directory = positionals[0];
if (!directory) {
  console.error(
    'usage: npm run bench:accuracy -- DIR [--seeds N] [--trees N] [--methods plain,…] [--json] [--at-most R]',
  );
  process.exit(2);
}
const seedCount = Number(values.seeds);
const numTrees = Number(values.trees);
const methods = chooseMethods(values.methods);
const names = methods.map(({ name }) => name);

await warmUp(methods);
const files: FileResult[][] = methods.map(() => []);
const toRead = caseFiles(directory);
const told = progressLine('files', toRead.length);
for (const name of toRead) {
  const known = await readCase(directory, name);
  const answers: Answer[][] = methods.map(() => []);
  for (let seed = 1; seed <= seedCount; seed++)
    (await answersOf(methods, known.trial, { numTrees, seed }, seed)).forEach((answer, m) => {
      answers[m].push(answer);
    });
  answers.forEach((own, m) => {
    files[m].push(fileResult(known, own));
  });
  told(files[0].length);
}
const results = files.map(methodResult);

if (values.json) {
  console.log(JSON.stringify(Object.fromEntries(names.map((name, m) => [name, results[m]])), null, 2));
} else {
  const byFile = toRead.map((_, k) => results.map((result) => result.files[k]));
  console.log(accuracyTable<FileResult>('file', ({ file }) => file, names, byFile, fileFigures));
  const byDesign = results[0].designs.map((_, k) => results.map((result) => result.designs[k]));
  console.log(`\n${accuracyTable<DesignResult>('design', ({ design }) => design, names, byDesign, designFigures)}`);
  console.log(`\n${goalsTable(names, results)}`);
  console.log(`\n${warningLines(names, results).join('\n')}`);
  console.log(
    `\n${numTrees} trees, ${seedCount} seed${seedCount === 1 ? '' : 's'}. Ratio: squared error over grf's, below 1 is closer to the truth. ` +
      "Average: its error in standard errors, and in how many files (shares of seeds) its 95 % interval holds the file's mean effect.",
  );
}

const limit = values['at-most'];
results.forEach(({ geometricMeanRatio }, m) => {
  if (limit === undefined || geometricMeanRatio <= Number(limit)) return;
  console.error(`${names[m]}: the geometric mean is above ${limit}`);
  process.exitCode = 1;
});

function fileFigures(file: FileResult) {
  return {
    ...file,
    averageError: file.average.errorInStandardErrors,
    averageHeld: file.average.held,
    grfAverageError: file.grfAverage?.errorInStandardErrors ?? null,
    grfAverageHeld: file.grfAverage?.held ?? null,
  };
}

function designFigures(design: DesignResult) {
  return {
    ...design,
    averageError: design.averageErrorInStandardErrors,
    grfAverageError: design.grfAverageErrorInStandardErrors,
  };
}
