/** One case in a process of its own: `node case-process.mjs CASE`, where CASE is a SpeedCase as JSON. Prints JSON. */
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { estimateMemory } from '../../src/causal/estimate-memory.js';
import { outOfBagEffects } from '../../src/causal/predict-effects.js';
import { predictor } from '../../src/causal/predictor.js';
import { averageEffect } from '../../src/effects/average.js';
import type { Forest } from '../../src/forest/forest.js';
import { planOf, resolveForestOptions } from '../../src/forest/forest-options.js';
import { trainForest } from '../../src/forest/train-forest.js';
import type { PackedTrees } from '../../src/tree/packed-trees.js';
import { type RankedColumns, rankColumns } from '../../src/tree/ranked-columns.js';
import { subsampleSizes } from '../../src/tree/subsample.js';
import { tryCountTable } from '../../src/tree/try-count.js';
import type { SpeedCase } from './cases.js';
import { makeTrialData } from './trial-data.js';

/** Milliseconds of CPU (user and system, all threads of the process) and of the clock. */
export interface Time {
  readonly cpu: number;
  readonly wall: number;
}

export interface CaseTimes {
  /** First forest of the process, and later ones. */
  readonly cold: Time;
  readonly warm: readonly Time[];
  /** Out-of-bag effects of later forests (predictor: unused). */
  readonly effects: readonly Time[];
  /** Largest resident memory after the first forest, and at the end, in MB; and what `estimateMemory` says. */
  readonly peak: { readonly first: number; readonly end: number; readonly estimated: number };
  /** Trees · growing rows · mean depth of leaves · covariates tried at a node: how often a split scan meets a row. */
  readonly units: number | null;
  readonly meanLeafDepth: number | null;
}

/** Later forests: at least so many, and more until so many milliseconds have passed. */
const FEWEST_WARM = 2;
const MOST_WARM = 5;
const WARM_MILLISECONDS = 2000;

const given = JSON.parse(process.argv[2] as string) as SpeedCase;
const data = makeTrialData(given.rows, given.covariates);
const settings = resolveForestOptions(
  { numTrees: given.trees },
  { ...data.trial, covariateCount: data.trial.covariates.length },
);
const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]);
const outcomeResidual = minus(data.outcome, data.outcomeHat);
const treatmentResidual = minus(data.trial.treatment.values, data.treatmentHat);

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly time: Time; readonly result: T }> {
  const clock = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { time: { cpu: (user + system) / 1000, wall: performance.now() - clock }, result };
}

/** Repeats until there is enough to take a median of. */
async function repeat(work: () => Promise<Time>): Promise<Time[]> {
  const times: Time[] = [];
  let total = 0;
  while (times.length < FEWEST_WARM || (times.length < MOST_WARM && total < WARM_MILLISECONDS)) {
    const time = await work();
    times.push(time);
    total += time.wall;
  }
  return times;
}

const megabytes = () => process.resourceUsage().maxRSS / 1024;

/** What `fitCausalForest` does between nuisances and predictions. Bags are whole: of 25 trees 26 are trained. */
async function train(numTrees: number): Promise<{ readonly columns: RankedColumns; readonly forest: Forest }> {
  const columns = rankColumns(data.trial.covariates, data.trial.rowCount);
  const forest = await trainForest(
    {
      columns,
      kind: 'slope',
      data: { outcome: outcomeResidual, treatment: treatmentResidual, weight: null },
      options: settings,
      plan: planOf(settings, data.trial),
      treeCount: settings.ciGroupSize * Math.ceil(numTrees / settings.ciGroupSize),
      seed: settings.seed,
      purpose: 'causal forest',
    },
    { workers: 0 },
  );
  return { columns, forest };
}

function meanLeafDepth({ treeCount, root, feature, child }: PackedTrees): number {
  const depth = new Int32Array(feature.length);
  let sum = 0;
  let leaves = 0;
  for (let tree = 0; tree < treeCount; tree++)
    // Children stand behind their parent.
    for (let node = root[tree]; node < root[tree + 1]; node++) {
      if (feature[node] >= 0) depth[child[node]] = depth[child[node] + 1] = depth[node] + 1;
      else {
        sum += depth[node];
        leaves++;
      }
    }
  return sum / leaves;
}

/** E[tried covariates] = Σ_k P(count > k). */
const meanTries = (mtry: number, p: number): number =>
  tryCountTable(mtry, p)
    .subarray(0, p)
    .reduce((sum, below) => sum + 1 - below, 0);

async function forestCase(): Promise<CaseTimes> {
  const { time: cold, result: first } = await timed(() => train(given.trees));
  const firstPeak = megabytes();
  const depth = meanLeafDepth(first.forest.trees);
  const warm = await repeat(async () => (await timed(() => train(given.trees))).time);
  const { columns, forest } = given.effectTrees ? await train(given.effectTrees) : first;
  const predict = () => timed(() => outOfBagEffects(forest, columns, outcomeResidual, treatmentResidual));
  await predict();
  const effects = await repeat(async () => (await predict()).time);
  const { grow } = subsampleSizes(planOf(settings, data.trial));
  return {
    cold,
    warm,
    effects,
    peak: peakOf(firstPeak),
    units: given.trees * grow * depth * meanTries(settings.mtry, given.covariates),
    meanLeafDepth: depth,
  };
}

const peakOf = (first: number) => ({
  first,
  end: megabytes(),
  estimated: estimateMemory({ numTrees: given.trees }, given.rows, given.covariates).peak / 2 ** 20,
});

async function fitCase(): Promise<CaseTimes> {
  const fitWhole = () =>
    timed(async () => averageEffect(await fitCausalForest(data.trial, { numTrees: given.trees, workers: 0 })));
  const { time: cold } = await fitWhole();
  const first = megabytes();
  const warm = await repeat(async () => (await fitWhole()).time);
  return { cold, warm, effects: [], peak: peakOf(first), units: null, meanLeafDepth: null };
}

/** Times are for 1,000 rows, so milliseconds are microseconds a row. `effects` has the variance. */
async function predictorCase(): Promise<CaseTimes> {
  const { outcomeHat, treatmentHat } = data;
  const forest = await fitCausalForest(data.trial, { numTrees: given.trees, outcomeHat, treatmentHat, workers: 0 });
  const fresh = makeTrialData(1000, given.covariates, 2).trial;
  const rows = Array.from({ length: fresh.rowCount }, (_, i) =>
    Object.fromEntries(fresh.covariates.map((c) => [c.name, c.kind === 'category' ? null : c.values[i]])),
  );
  const time = (predict: (row: Readonly<Record<string, unknown>>) => unknown) =>
    timed(() => {
      for (const row of rows) predict(row);
    });
  const plain = predictor(forest);
  const { time: cold } = await time(plain);
  const warm = await repeat(async () => (await time(plain)).time);
  const withVariance = predictor(forest, { variance: true });
  const effects = await repeat(async () => (await time(withVariance)).time);
  return { cold, warm, effects, peak: peakOf(megabytes()), units: null, meanLeafDepth: null };
}

const measure = { forest: forestCase, plain: forestCase, fit: fitCase, predictor: predictorCase }[given.kind];
console.log(JSON.stringify(await measure()));
