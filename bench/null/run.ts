/**
 * Rejection rates of every test for heterogeneity at a nominal 5 %, without heterogeneity and with it.
 *   npm run bench:null -- [--trials 400] [--only PART-OF-A-DESIGN'S-NAME]
 * One process, one thread. Ends non-zero where an honest test rejects more often than the band allows: beyond the 99.9 %
 * quantile of a binomial with the nominal level, which a right test passes by chance once in 1,000 times.
 */
import {
  DESIGNS,
  type DesignName,
  HONEST_TESTS,
  LEVEL,
  rejectionLimit,
  rejectionsIn,
  SIZES,
  TESTS,
} from './rejections.js';

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const trials = Number(argument('trials') ?? 400);
const only = argument('only') ?? '';
const limit = rejectionLimit(trials);
console.log(
  `${trials} trials of ${SIZES.rowCount} rows, ${SIZES.numTrees} trees, ${SIZES.splits} splits; nominal ${100 * LEVEL} %, ` +
    `limit ${limit} of ${trials} = ${((100 * limit) / trials).toFixed(1)} % (binomial, 99.9 %)`,
);

let failed = false;
for (const design of Object.keys(DESIGNS) as DesignName[]) {
  if (!design.includes(only)) continue;
  const start = process.cpuUsage();
  const counts = Object.fromEntries(TESTS.map((test) => [test, 0])) as Record<(typeof TESTS)[number], number>;
  for (let index = 0; index < trials; index++) {
    const rejected = await rejectionsIn(design, index, SIZES);
    for (const test of TESTS) if (rejected[test]) counts[test]++;
  }
  const { user, system } = process.cpuUsage(start);
  console.log(`\n${design} (${((user + system) / 1e6).toFixed(0)} s)`);
  for (const test of TESTS) {
    const tooMany = !DESIGNS[design].heterogeneous && HONEST_TESTS.includes(test) && counts[test] > limit;
    failed ||= tooMany;
    console.log(
      `  ${test.padEnd(42)} ${((100 * counts[test]) / trials).toFixed(1).padStart(5)} %${tooMany ? '  TOO OFTEN' : ''}`,
    );
  }
}
process.exit(failed ? 1 : 0);
