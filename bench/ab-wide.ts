import { rankColumns } from '../src/tree/ranked-columns.js';
import { makeBagTrainer } from '../src/forest/train-forest.js';
import { planOf, resolveForestOptions } from '../src/forest/forest-options.js';
import { subsampleSizes } from '../src/tree/subsample.js';
import { makeTrialData } from './speed/trial-data.js';
const [n, p, trees, rounds, kind = 'slope', check = ''] = process.argv.slice(2);
const N = +n, P = +p, B = +trees;
const data = makeTrialData(N, P);
const settings = resolveForestOptions({ numTrees: B }, { ...data.trial, covariateCount: P } as never);
const columns = rankColumns(data.trial.covariates, N);
const problem = (sorting: 'lists' | 'ranks') => ({
  columns, kind: kind as 'slope' | 'mean',
  data: { outcome: data.outcome.map((v, i) => kind === 'mean' ? v : v - data.outcomeHat[i]), treatment: data.trial.treatment.values.map((v, i) => v - data.treatmentHat[i]), weight: null },
  options: settings, plan: planOf(kind === 'mean' ? { ...settings, ciGroupSize: 1 } : settings, data.trial as never), treeCount: B, seed: 1, purpose: 'ab', sorting,
});
const best: Record<string, number[]> = { lists: [], ranks: [] };
let depth = 0;
const trainers = { lists: makeBagTrainer(problem('lists')), ranks: makeBagTrainer(problem('ranks')) };
const bags = Math.ceil(B / (kind === 'mean' ? 1 : 2));
const hash: Record<string, string> = {};
for (let r = 0; r < +rounds; r++)
  for (const s of r % 2 ? (['ranks', 'lists'] as const) : (['lists', 'ranks'] as const)) {
    const before = process.cpuUsage();
    for (let b = 0; b < bags; b++) trainers[s].trainBag(b);
    const { user, system } = process.cpuUsage(before);
    best[s].push((user + system) / 1000);
    const t = trainers[s].finish();
    if (r < 2) hash[s] = String(Buffer.from(t.moments.buffer).toString('base64').length) + Buffer.from(t.threshold.buffer).reduce((a, v) => (Math.imul(a, 31) + v) | 0, 7) + Buffer.from(t.moments.buffer).reduce((a, v) => (Math.imul(a, 31) + v) | 0, 7);
    if (depth === 0) {
      const d = new Int32Array(t.feature.length); let sum = 0, leaves = 0;
      for (let tree = 0; tree < t.treeCount; tree++) for (let k = t.root[tree]; k < (t.root[tree + 1] ?? t.feature.length); k++) {
        if (t.feature[k] >= 0) d[t.child[k]] = d[t.child[k] + 1] = d[k] + 1; else { sum += d[k]; leaves++; } }
      depth = sum / leaves;
    }
  }
const units = B * subsampleSizes(problem('lists').plan).grow * depth * Math.min(settings.mtry, P);
const l = Math.min(...best.lists), k = Math.min(...best.ranks);
console.log(`${kind} ${n} x ${p} x ${B} mtry ${settings.mtry} same ${hash.lists === hash.ranks}: lists ${l.toFixed(0)} ms ${(l * 1e6 / units).toFixed(2)} ns; ranks ${k.toFixed(0)} ms ${(k * 1e6 / units).toFixed(2)} ns; lists/ranks ${(l / k).toFixed(3)}`);
