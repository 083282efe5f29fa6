/**
 * Accuracy on known truth, beside grf on the same rows:
 *   npm run bench:accuracy -- DIR [--seeds N] [--trees N] [--json] [--at-most R]
 * Fits the plain causal forest with defaults on every file of DIR, once for each seed, and compares mean squared errors
 * of out-of-bag effects: ours (mean over seeds) over grf's (mean over its stored seeds). With `--at-most` it ends
 * non-zero where the geometric mean of the ratios is above R.
 */
import { parseArgs } from 'node:util';
import { fitCausalForest } from 'causal-forest';
import { type AccuracyCase, caseFiles, geometricMean, mean, readCase, scoreOf } from './cases.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    trees: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    'at-most': { type: 'string' },
  },
});
const directory = positionals[0];
if (!directory) {
  console.error('usage: npm run bench:accuracy -- DIR [--seeds N] [--trees N] [--json] [--at-most R]');
  process.exit(2);
}
const seedCount = Number(values.seeds);
const numTrees = Number(values.trees);

interface FileResult {
  readonly file: string;
  readonly design: string;
  readonly meanSquaredError: number;
  readonly grfMeanSquaredError: number;
  readonly ratio: number;
  readonly coverage: number;
  readonly grfCoverage: number;
}

async function evaluate({ file, design, trial, effect, grf }: AccuracyCase): Promise<FileResult> {
  const scores = [];
  for (let seed = 1; seed <= seedCount; seed++) {
    const { outOfBag } = await fitCausalForest(trial, { numTrees, seed });
    scores.push(scoreOf(outOfBag.effect, (outOfBag.variance as Float64Array).map(Math.sqrt), effect));
  }
  const meanSquaredError = mean(scores.map((score) => score.meanSquaredError));
  return {
    file,
    design,
    meanSquaredError,
    grfMeanSquaredError: grf.meanSquaredError,
    ratio: meanSquaredError / grf.meanSquaredError,
    coverage: mean(scores.map((score) => score.coverage)),
    grfCoverage: grf.coverage,
  };
}

const line = (name: string, ratio: number, coverage: number, grfCoverage: number, errors = '') =>
  `${name.padEnd(24)}${errors.padEnd(22)}${ratio.toFixed(3).padStart(7)}${coverage.toFixed(3).padStart(10)}${grfCoverage.toFixed(3).padStart(10)}`;
const heading = (name: string) =>
  `${name.padEnd(24)}${'error     grf'.padEnd(22)}${'ratio'.padStart(7)}${'coverage'.padStart(10)}${'grf'.padStart(10)}`;

const files: FileResult[] = [];
if (!values.json) console.log(heading('file'));
for (const name of caseFiles(directory)) {
  const result = await evaluate(await readCase(directory, name));
  files.push(result);
  const errors = `${result.meanSquaredError.toFixed(5)}   ${result.grfMeanSquaredError.toFixed(5)}`;
  if (values.json) process.stderr.write(`\r${files.length} files`);
  else console.log(line(name, result.ratio, result.coverage, result.grfCoverage, errors));
}
const designs = [...new Set(files.map((file) => file.design))].map((design) => {
  const own = files.filter((file) => file.design === design);
  return {
    design,
    ratio: geometricMean(own.map((file) => file.ratio)),
    coverage: mean(own.map((file) => file.coverage)),
    grfCoverage: mean(own.map((file) => file.grfCoverage)),
  };
});
const geometricMeanRatio = geometricMean(files.map((file) => file.ratio));
if (values.json) {
  process.stderr.write('\n');
  console.log(JSON.stringify({ plain: { geometricMeanRatio, designs, files } }, null, 2));
} else {
  console.log(`\n${heading('design')}`);
  for (const { design, ratio, coverage, grfCoverage } of designs)
    console.log(line(design, ratio, coverage, grfCoverage));
  console.log(
    `\ngeometric mean of the ratios ${geometricMeanRatio.toFixed(3)}; worst design ${Math.max(...designs.map((d) => d.ratio)).toFixed(3)} ` +
      `(${numTrees} trees, ${seedCount} seed${seedCount === 1 ? '' : 's'}; below 1 is closer to the truth than grf)`,
  );
}

const limit = values['at-most'];
if (limit !== undefined && !(geometricMeanRatio <= Number(limit))) {
  console.error(`the geometric mean is above ${limit}`);
  process.exitCode = 1;
}
