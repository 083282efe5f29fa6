/**
 * `npm run bench:family -- [--trials 200]`: simulates studies of 4 outcomes × 6 windows × 3 groups and prints how often all
 * 96 simultaneous intervals hold the truth together, and how often Romano–Wolf p-values reject anything where nothing has
 * an effect. One process, one thread. Ends non-zero outside the bands: coverage beyond 3.3 standard errors below 95 %, a
 * rejection rate beyond 3.3 above 5 % (a right procedure fails each by chance about once in 1,000 times).
 */
import { covered, LEVEL, rejected, SIZES, simulatedStudy } from './simulated-study.js';

const at = process.argv.indexOf('--trials');
const trials = at < 0 ? 200 : Number(process.argv[at + 1]);
const margin = 3.3 * Math.sqrt((LEVEL * (1 - LEVEL)) / trials);
const started = process.cpuUsage();

const counts = { together: 0, single: 0, effects: 0, differences: 0, trends: 0, raw: 0 };
for (let index = 0; index < trials; index++) {
  const hold = covered(await simulatedStudy(index, true));
  const found = rejected(await simulatedStudy(index, false));
  for (const key of ['together', 'single'] as const) if (hold[key]) counts[key]++;
  for (const key of ['effects', 'differences', 'trends', 'raw'] as const) if (found[key]) counts[key]++;
  if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${trials}`);
}
const percent = (count: number): string => `${((100 * count) / trials).toFixed(1).padStart(5)} %`;
const { user, system } = process.cpuUsage(started);
console.log(
  `\n${trials} studies of ${SIZES.rowCount} rows in clusters of ${SIZES.clusterSize}, ${SIZES.numTrees} trees (${((user + system) / 1e6).toFixed(0)} s)`,
);
console.log(`all simultaneous 95 % intervals hold together  ${percent(counts.together)}`);
console.log(`all pointwise 95 % intervals hold together     ${percent(counts.single)}`);
console.log('anything rejected at 5 % where nothing has an effect');
console.log(`  effects, Romano–Wolf                         ${percent(counts.effects)}`);
console.log(`  differences between groups, Romano–Wolf      ${percent(counts.differences)}`);
console.log(`  trends, Romano–Wolf                          ${percent(counts.trends)}`);
console.log(`  effects, p-values as they are                ${percent(counts.raw)}`);

const tooFew = counts.together / trials < 1 - LEVEL - margin;
const tooMany = [counts.effects, counts.differences, counts.trends].some((count) => count / trials > LEVEL + margin);
process.exit(tooFew || tooMany ? 1 : 0);
