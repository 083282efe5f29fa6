/**
 * One thread against worker threads, wall clock and processor time, rounds alternated so that a change of the machine's
 * speed meets both. Fits with given nuisances, so that a size is one training and one out-of-bag pass.
 *   npm run bench:workers -- [rounds] [workers]     sizes of the specification, warm pool and first use
 *   npm run bench:workers -- threshold              from which estimated cost on two threads pay
 */
import '../../scripts/source-code.js';
import { availableParallelism, loadavg } from 'node:os';
import { createTrial, fitCausalForest } from 'causal-forest';
import { simulateTrial } from 'causal-forest/simulate';
import { idleThreads } from '../../src/threads/pool.js';

interface Case {
  readonly rowCount: number;
  readonly covariateCount: number;
  readonly numTrees: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

function trialOf({ rowCount, covariateCount }: Case) {
  const { columns, covariateNames } = simulateTrial({ rowCount, covariateCount, seed: 7 });
  return createTrial(columns, { covariates: covariateNames, treatment: 'treatment', outcomes: { y: 'outcome' } });
}

/** One fit's wall and processor milliseconds. */
async function time(given: Case, workers: number): Promise<{ readonly wall: number; readonly cpu: number }> {
  const trial = trialOf(given);
  const cpu = process.cpuUsage();
  const wall = performance.now();
  await fitCausalForest(trial, { numTrees: given.numTrees, outcomeHat: 0, treatmentHat: 0.5, workers });
  const used = process.cpuUsage(cpu);
  return { wall: performance.now() - wall, cpu: (used.user + used.system) / 1000 };
}

async function compare(given: Case, rounds: number, workers: number): Promise<void> {
  const coldStart = idleThreads() === 0;
  const first = (await time(given, workers)).wall;
  await time(given, 0);
  const wall: number[] = [];
  const cpu: number[] = [];
  const alone: number[] = [];
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? [0, workers] : [workers, 0];
    const times = [await time(given, order[0]), await time(given, order[1])];
    const [one, many] = round % 2 ? times : [times[1], times[0]];
    wall.push(one.wall / many.wall);
    cpu.push(many.cpu / one.cpu);
    alone.push(one.wall);
    loads.push(loadavg()[0]);
  }
  const { rowCount, covariateCount, numTrees } = given;
  console.log(
    `n=${rowCount} p=${covariateCount} trees=${numTrees}: one thread ${median(alone).toFixed(0)} ms; ${workers} workers ` +
      `${median(wall).toFixed(2)} times as fast [${Math.min(...wall).toFixed(2)}, ${Math.max(...wall).toFixed(2)}], ` +
      `processor time ${median(cpu).toFixed(2)} times; ` +
      `${coldStart ? 'first use with a cold pool' : 'first use at this size'} ${first.toFixed(0)} ms; load ${median(loads).toFixed(1)}`,
  );
}

const SIZES: readonly Case[] = [
  { rowCount: 20_000, covariateCount: 20, numTrees: 200 },
  { rowCount: 20_000, covariateCount: 20, numTrees: 1000 },
  { rowCount: 2000, covariateCount: 10, numTrees: 2000 },
  { rowCount: 2000, covariateCount: 10, numTrees: 8000 },
];
const SHORT: readonly Case[] = [50, 100, 200, 400, 800, 1600].map((numTrees) => ({
  rowCount: 2000,
  covariateCount: 10,
  numTrees,
}));

const [first = '5', second = '2'] = process.argv.slice(2);
console.log(`Node ${process.version}, ${availableParallelism()} threads of the machine`);
if (first === 'threshold') for (const given of SHORT) await compare(given, 9, 2);
else for (const given of SIZES) await compare(given, Number(first), Number(second));
