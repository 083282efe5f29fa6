/** This library's side of `npm run bench:compare`: fits one case in a fresh process and prints its times and effects as JSON. */
import { readFileSync } from 'node:fs';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { outOfBagEffects, predictEffects } from '../../src/causal/predict-effects.js';
import { createTrial } from '../../src/data/create-trial.js';
import type { TableInput } from '../../src/data/table.js';
import { planOf, resolveForestOptions } from '../../src/forest/forest-options.js';
import { trainForest } from '../../src/forest/train-forest.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import type { CompareCase, SideResult } from './cases.js';

const given = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as CompareCase;
const { rows: n, newRows, covariates: p } = given;
const bytes = readFileSync(given.data);
const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
const column = (k: number, from = 0, end = n) => numbers.slice(k * (n + newRows) + from, k * (n + newRows) + end);
const names = Array.from({ length: p }, (_, f) => `x${f + 1}`);
const table = (from: number, end: number) => Object.fromEntries(names.map((name, f) => [name, column(f, from, end)]));
const [outcome, treatment, outcomeHat, treatmentHat] = [p, p + 1, p + 2, p + 3].map((k) => column(k));
const columns: TableInput = { ...table(0, n), treatment, outcome };
const trial = createTrial(columns, { covariates: names, treatment: 'treatment', outcomes: { outcome: 'outcome' } });

const times: Record<string, { cpu: number; wall: number }> = {};
async function timed<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const clock = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  times[name] = { cpu: (user + system) / 1000, wall: performance.now() - clock };
  return result;
}

/** Training and out-of-bag effects are timed apart, as the others do it; `fitCausalForest` does both. */
async function forestAlone() {
  const options = resolveForestOptions({ numTrees: given.trees, seed: given.seed }, { ...trial, covariateCount: p });
  const outcomeResidual = outcome.map((y, i) => y - outcomeHat[i]);
  const treatmentResidual = treatment.map((w, i) => w - treatmentHat[i]);
  const train = async () => {
    const columns = rankColumns(trial.covariates, n);
    const forest = await trainForest(
      {
        columns,
        kind: 'slope',
        data: { outcome: outcomeResidual, treatment: treatmentResidual, weight: null },
        options,
        plan: planOf(options, trial),
        treeCount: options.numTrees,
        seed: options.seed,
        purpose: 'causal forest',
      },
      { workers: 0 },
    );
    return { columns, forest };
  };
  const { columns, forest } = await timed('training', train);
  return timed('outOfBag', () => outOfBagEffects(forest, columns, outcomeResidual, treatmentResidual));
}

const { trees: numTrees, seed } = given;
const isForest = given.kind === 'forest';
const outOfBag = isForest ? await forestAlone() : null;
const fitWhole = () =>
  fitCausalForest(trial, { numTrees, seed, workers: 0, ...(isForest ? { outcomeHat, treatmentHat } : {}) });
// The forest case has trained already: this fit serves predictions only.
const forest = isForest ? await fitWhole() : await timed('training', fitWhole);
const { effect, variance } = await timed('prediction', () => predictEffects(forest, table(n, n + newRows)));
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const result: SideResult = {
  version: `causal-forest ${version}`,
  times,
  effect: [...effect],
  variance: [...(variance as Float64Array)],
  outOfBag: [...(outOfBag ?? forest.outOfBag).effect],
};
console.log(JSON.stringify(result));
