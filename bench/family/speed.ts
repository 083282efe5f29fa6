/**
 * How long the whole service-training study takes: 2,009 rows, 9 covariates, 9 outcomes × 6 windows, 6 designs, 9 groups.
 *   npx tsx --import ./scripts/source-code.ts bench/family/speed.ts [trees (default 1000)] [workers]
 */

import { wholeStudy } from '../../examples/service-training/whole-study.js';
import { readCsv } from '../../src/node/index.js';

const [trees = '1000', workers] = process.argv.slice(2);
const table = await readCsv(new URL('../../examples/service-training/data/workers.csv.gz', import.meta.url).pathname);
const start = process.cpuUsage();
const study = await wholeStudy(table, {
  numTrees: Number(trees),
  seed: 1,
  ...(workers === undefined ? {} : { workers: Number(workers) }),
});
const { user, system } = process.cpuUsage(start);
console.log(
  `${study.forests} forests of ${trees} trees, ${study.rows.length} effects: ${study.seconds.toFixed(0)} s, ` +
    `${((user + system) / 1e6).toFixed(0)} s of processor time, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
);
