/** The bundled study: the table is the generator's, the truth is the report's, and the analysis cannot see it. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { coverageOf } from '../../bench/study/coverage.js';
import { type Assignment, drawAssignments, TREATED_COUNT } from '../../examples/service-training/assignment.js';
import { chanceFamily } from '../../examples/service-training/chance.js';
import { DESIGNS, drawDesigns, mixtureOf } from '../../examples/service-training/designs.js';
import { EFFECTS } from '../../examples/service-training/effects.js';
import { startAnalysis } from '../../examples/service-training/estimate.js';
import { trueEffects } from '../../examples/service-training/figure-truth.js';
import { belongsTo, FIGURE_ROWS, type FigureRow } from '../../examples/service-training/figures.js';
import { CSV_FILE, csvText } from '../../examples/service-training/generate.js';
import { drawMonths } from '../../examples/service-training/months.js';
import { OUTCOME_NAMES, OUTCOMES } from '../../examples/service-training/outcomes.js';
import { expectedFactor, normalCdf, performanceFactor } from '../../examples/service-training/pay.js';
import { BUNDLED_SEED, drawOutcomes, drawStudy, studyColumns } from '../../examples/service-training/study.js';
import { reportRow, reportTable, verdict } from '../../examples/service-training/table.js';
import { BLOCKS } from '../../examples/service-training/targets.js';
import { expectedOutcomes, percentEffects, thePopulation, type World } from '../../examples/service-training/truth.js';
import { ageBandOf } from '../../examples/service-training/workers.js';

const population = thePopulation();
const study = drawStudy(BUNDLED_SEED, population);
const columns = studyColumns(study);
const truths = trueEffects(FIGURE_ROWS, population);

/** The truth of one line over its six windows. */
function line(figure: number, of: Partial<Pick<FigureRow, 'outcome' | 'group' | 'design'>> = {}): readonly number[] {
  const found = FIGURE_ROWS.flatMap((row, k) =>
    row.figure === figure && Object.entries(of).every(([key, value]) => row[key as keyof FigureRow] === value)
      ? [truths[k] as number]
      : [],
  );
  expect(found).toHaveLength(6);
  return found;
}

const isFalling = (values: readonly number[]) =>
  values.every((value, k) => k === 0 || value < (values[k - 1] as number));
const isRising = (values: readonly number[]) => isFalling(values.map((value) => -value));

describe('the table', () => {
  test('is what the generator writes, whatever the compression', () => {
    expect(gunzipSync(readFileSync(CSV_FILE)).toString('utf8')).toBe(csvText(columns));
  });

  test.each([1, 2, 100])('has 512 workers above and 1,497 below half of training time with AI (seed %i)', (seed) => {
    const shares = drawAssignments(seed, population.workers).map(({ aiShare }) => Number(aiShare.toFixed(6)));
    expect(shares.filter((share) => share > 0.5)).toHaveLength(TREATED_COUNT);
    expect(shares.filter((share) => share < 0.5)).toHaveLength(1497);
  });

  test('labels by the 50 % rule; scripts are of trained workers only, adversarial ones inside negative ones', () => {
    for (let row = 0; row < 2009; row++) {
      const flags = DESIGNS.map((design) => columns[design]?.[row]);
      expect(columns.treated?.[row]).toBe(Number(columns.aiShare?.[row]) > 0.5 ? 1 : 0);
      if (columns.treated?.[row] === 0) expect(flags).toEqual([0, 0, 0, 0, 0]);
      if (columns.adversarialEmotion?.[row] === 1) expect(columns.negativeEmotion?.[row]).toBe(1);
    }
    // Enough workers for an estimable effect of each design.
    for (const design of DESIGNS)
      expect((columns[design] ?? []).filter((flag) => flag === 1).length).toBeGreaterThan(70);
  });

  test('has the groups that the stated numbers imply', () => {
    const share = (belongs: (typeof population.workers)[number] extends infer W ? (worker: W) => boolean : never) =>
      population.workers.filter(belongs).length / 2009;
    expect(share(({ gender }) => gender === 'female')).toBeCloseTo(0.82, 2);
    expect(share(({ age }) => ageBandOf(age) === '30 to 45')).toBeCloseTo(0.65, 2);
  });

  test('has heavy tails, a few missing balances, and quantities that make sense', () => {
    const amounts = population.workers.map(({ paymentsAmount }) => paymentsAmount).sort((a, b) => a - b);
    expect(amounts[1989]).toBeGreaterThan(8 * (amounts[1004] as number));
    const missing = population.workers.filter(({ fundBalance }) => fundBalance === null).length;
    expect(missing).toBeGreaterThan(20);
    expect(missing).toBeLessThan(120);
    study.months.forEach(({ services, hours, days, income, minutes }) => {
      expect(services[0]).toBeGreaterThanOrEqual(1);
      for (let month = 0; month < 6; month++) {
        expect(hours[month]).toBeGreaterThanOrEqual(days[month] as number);
        expect(hours[month]).toBeLessThanOrEqual(12 * (days[month] as number));
        expect(days[month]).toBeLessThanOrEqual(30);
        if (hours[month] === 0) expect([services[month], income[month], minutes[month]]).toEqual([0, 0, 0]);
        else expect(income[month]).toBeGreaterThan(0);
      }
    });
  });
});

describe('the truth', () => {
  const stated = FIGURE_ROWS.flatMap((row, k) => (row.reported === null ? [] : [[row, truths[k] as number] as const]));

  test('covers every number that the text states', () => expect(stated).toHaveLength(32));

  test.each(stated)('equals the stated number within rounding: %o', ({ reported }, truth) => {
    // The report rounds to two decimals.
    expect(Math.abs(truth - (reported as number))).toBeLessThanOrEqual(0.005);
  });

  test('meets every target of the calibration; effects are committed with nine decimals', () => {
    for (const { targets } of BLOCKS)
      for (const { outcome, month, group, world, percent } of targets) {
        const found = percentEffects(population, EFFECTS, outcome, world, belongsTo(group))[month - 1] as number;
        expect(Math.abs(found - percent)).toBeLessThan(1e-5);
      }
  }, 120_000);

  test('has the shapes of figures 2, 3, 4 and 15', () => {
    expect(isFalling(line(2, { outcome: 'incomePerHour' }))).toBe(true);
    expect(isRising(line(2, { outcome: 'incomePerService' }))).toBe(true);
    expect(
      Math.min(...line(2, { outcome: 'incomePerHour' }), ...line(2, { outcome: 'incomePerService' })),
    ).toBeGreaterThan(0);
    for (const unit of ['Day', 'Hour'] as const) {
      const button = line(3, { outcome: `buttonComplaintsPer${unit}` });
      const survey = line(3, { outcome: `surveyComplaintsPer${unit}` });
      expect(Math.max(...button, ...survey)).toBeLessThan(0);
      expect((survey[0] as number) - (button[0] as number)).toBeLessThan(-30);
      expect(Math.abs((survey[5] as number) - (button[5] as number))).toBeLessThan(12);
      expect(isFalling(line(4, { outcome: `qcFailuresPer${unit}` }))).toBe(true);
    }
    expect(line(4, { outcome: 'qcFailuresPerDay' })[0]).toBeLessThan(0);
    expect(Math.min(...line(15))).toBeGreaterThan(0);
  });

  test('has the shape of figure 6: men above zero in the first two months, behind women to month 4, ahead at 6', () => {
    const men = line(6, { group: 'male' });
    const women = line(6, { group: 'female' });
    expect(men[0]).toBeGreaterThan(0);
    expect(men[1]).toBeGreaterThan(men[0] as number);
    for (const month of [0, 1, 2, 3]) expect(women[month]).toBeLessThan(men[month] as number);
    expect(men[5]).toBeLessThan(women[5] as number);
  });

  test('has the shapes of figures 5, 7, 8 and 9', () => {
    const women = line(5, { group: 'female' });
    const men = line(5, { group: 'male' });
    for (const month of [0, 1, 2, 3, 4, 5]) expect(women[month]).toBeGreaterThan(men[month] as number);
    const bands = (figure: number) => ['under 30', '30 to 45', 'over 45'].map((group) => line(figure, { group }));
    const spread = (month: number) => {
      const values = bands(7).map((band) => band[month] as number);
      return Math.max(...values) - Math.min(...values);
    };
    expect(spread(0)).toBeGreaterThan(7);
    // From the second month on the bands are as near as the stated numbers of month 6 are to each other.
    for (const month of [1, 2, 3, 4, 5]) expect(spread(month)).toBeLessThan(14.92 - 12.11 + 0.02);
    const [young, middle, old] = bands(8) as [number[], number[], number[]];
    expect(old[5]).toBeLessThan(Math.min(young[5] as number, middle[5] as number));
    const regions = FIGURE_ROWS.flatMap(({ figure, month }, k) =>
      figure === 9 ? [{ month, truth: truths[k] as number }] : [],
    );
    for (const { month, truth } of regions)
      expect(Math.abs(truth - (line(2, { outcome: 'incomePerService' })[month - 1] as number))).toBeLessThan(0.3);
  });

  test('has the shapes of figures 10 to 14 at month 5', () => {
    const at5 = (figure: number, design: FigureRow['design']) => line(figure, { design })[4] as number;
    for (const figure of [10, 11])
      for (const design of ['complexIdentity', 'complexPersonality'] as const)
        expect(at5(figure, design)).toBeLessThan(at5(figure, 'allAi'));
    for (const design of ['negativeEmotion', 'multiStageEmotion'] as const) {
      expect(at5(12, design) - at5(12, 'allAi')).toBeGreaterThan(0);
      expect(at5(12, design) - at5(12, 'allAi')).toBeLessThan(1);
    }
    expect(isFalling(line(13, { design: 'adversarialEmotion' }))).toBe(true);
    expect(at5(13, 'adversarialEmotion')).toBeLessThan(2 * at5(13, 'negativeEmotion'));
  });

  test('agrees with simulated months in every outcome and window', () => {
    // 10 draws of each worker in 3 worlds: 162 correlated z values; one beyond 4.5 by chance has probability < 0.0012.
    const worlds: World[] = ['noAi', 'allAi', 'adversarialEmotion'];
    for (const world of worlds) {
      const sums = OUTCOME_NAMES.map(() => Array.from({ length: 6 }, () => ({ error: 0, square: 0 })));
      const expectations = OUTCOME_NAMES.map((outcome) => expectedOutcomes(population, EFFECTS, outcome, world));
      for (let round = 0; round < 10; round++) {
        const family = chanceFamily(round, `test ${world}`);
        population.workers.forEach((worker, index) => {
          const chance = family(index);
          const scripts = world === 'noAi' ? null : drawDesigns(mixtureOf(worker.unit, world), chance);
          const months = drawMonths(EFFECTS, worker, population.traits[index]!, scripts, chance);
          OUTCOME_NAMES.forEach((outcome, k) => {
            const [numerator, denominator] = OUTCOMES[outcome];
            let top = 0;
            let bottom = 0;
            for (let month = 0; month < 6; month++) {
              top += months[numerator][month]!;
              bottom += months[denominator][month]!;
              const error = top / bottom - expectations[k]![month]![index]!;
              const sum = sums[k]![month]!;
              sum.error += error;
              sum.square += error * error;
            }
          });
        });
      }
      for (const of of sums.flat()) expect(Math.abs(of.error) / Math.sqrt(of.square)).toBeLessThan(4.5);
    }
  }, 120_000);
});

describe('the generator', () => {
  test('lets no worker feel how another is trained', () => {
    const changed = 1234;
    const before = study.assignments[changed] as Assignment;
    const other: Assignment = before.treated
      ? { aiShare: 0.1, treated: false, designs: [0, 0, 0, 0, 0] }
      : { aiShare: 0.9, treated: true, designs: [1, 1, 1, 1, 1] };
    const assignments = study.assignments.map((assignment, index) => (index === changed ? other : assignment));
    const months = drawOutcomes(BUNDLED_SEED, population, assignments);
    months.forEach((record, index) => {
      if (index === changed) expect(record).not.toEqual(study.months[index]);
      else expect(record).toEqual(study.months[index]);
    });
  });

  test('pays by a factor from 0.9 to 2.7 that is usually above 1 and sometimes above 2.5', () => {
    // Known values of Φ to ten decimals (Abramowitz & Stegun, table 26.1).
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1)).toBeCloseTo(0.8413447461, 9);
    expect(normalCdf(-2.5)).toBeCloseTo(0.0062096653, 9);
    expect(normalCdf(6)).toBeCloseTo(1, 8);
    const chance = chanceFamily(1, 'factors')(0);
    const factors = Array.from({ length: 20_000 }, () => performanceFactor(0.8 * chance.normal(), chance.normal()));
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.9);
    expect(Math.max(...factors)).toBeLessThanOrEqual(2.7);
    // A rank is uniform where quality has the unit's distribution: 94.4 % are above 1 and 11.1 % above 2.5.
    const above = (limit: number) => factors.filter((factor) => factor > limit).length / factors.length;
    // Five standard errors of a share of 20,000: false alarms below 1e-6.
    expect(Math.abs(above(1) - 17 / 18)).toBeLessThan(0.0082);
    expect(Math.abs(above(2.5) - 1 / 9)).toBeLessThan(0.0112);
    expect(expectedFactor(0)).toBeCloseTo(1.8, 12);
  });
});

describe('the analysis', () => {
  test('imports nothing that knows the truth', () => {
    for (const file of ['estimate', 'report-process']) {
      const path = new URL(`../../examples/service-training/${file}.ts`, import.meta.url);
      const imported = [...readFileSync(path, 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]);
      const allowed = [
        'causal-forest',
        'causal-forest/node',
        './estimate.js',
        './figures.js',
        './outcomes.js',
        './processes.js',
      ];
      for (const name of imported) expect(allowed).toContain(name);
    }
  });

  test('gives each row its own estimate in percent, the same from the file as from memory', async () => {
    const rows = FIGURE_ROWS.filter(
      ({ figure, month, design }) =>
        (figure === 5 && month === 6) ||
        (figure === 15 && month === 6) ||
        (month === 5 && design === 'negativeEmotion'),
    );
    const few = { numTrees: 50, seed: 3 };
    let forests = 0;
    const found = await startAnalysis(columns, few).estimate(rows, () => forests++);
    // Both genders share a forest; figures 12, 13 and 14 have one each.
    expect(forests).toBe(5);
    expect(new Set(found.map(({ estimate }) => estimate)).size).toBe(rows.length);
    found.forEach(({ estimate, lower, upper }) => {
      expect(lower).toBeLessThan(estimate as number);
      expect(upper).toBeGreaterThan(estimate as number);
    });
    const texts = Object.fromEntries(
      Object.entries(columns).map(([name, cells]) => [name, cells.map((cell) => (cell === null ? '' : String(cell)))]),
    );
    expect(await startAnalysis(texts, few).estimate(rows)).toEqual(found);
  }, 120_000);

  test('reports rows with the fields of report.json, and counts intervals that hold', () => {
    const stated = FIGURE_ROWS[0] as FigureRow;
    const drawn = FIGURE_ROWS[1] as FigureRow;
    const rest = { simultaneousLower: 11, simultaneousUpper: 17, rows: 2009, warnings: [] };
    const rows = [
      reportRow(stated, 15.93, { estimate: 14, lower: 12, upper: 15, ...rest }),
      reportRow(drawn, 14.3, { estimate: 14, lower: 12, upper: 16, ...rest }),
      reportRow(drawn, 14.3, { estimate: null, lower: null, upper: null, ...rest }),
    ];
    expect(rows[0]).toEqual({
      figure: 2,
      outcome: 'incomePerHour',
      month: 1,
      group: null,
      design: null,
      reported: 15.93,
      truth: 15.93,
      estimate: 14,
      lower: 12,
      upper: 15,
      ...rest,
    });
    const lines = reportTable(rows).split('\n');
    expect(lines.slice(2).map((text) => text.replace(/.*\]|.*14\.30/, '').trim())).toEqual([
      'NO',
      'yes',
      'no interval',
    ]);
    expect(verdict(rows)).toMatch(/^0 of the 1 numbers .* \(1 of the 3 effects/);
  });

  test('coverage is clustered by study', () => {
    const interval = (lower: number, upper: number) => ({ estimate: (lower + upper) / 2, lower, upper });
    const studies = [
      [interval(0, 2), interval(0, 2)],
      [interval(0, 2), interval(2, 4)],
      [interval(2, 4), { estimate: null, lower: null, upper: null }],
    ];
    // Shares 100, 50 and 0 %: mean 50, standard deviation 50, over the root of 3.
    const found = coverageOf(studies, [1, 1], [0, 1]);
    expect(found.coverage).toBe(50);
    expect(found.standardError).toBeCloseTo(50 / Math.sqrt(3), 12);
    expect(found.missing).toBe(1);
    expect(found.bias).toBeCloseTo((0 + 0 + 0 + 2 + 2) / 5, 12);
    expect(found.claimed).toBeCloseTo(1 / 1.96, 12);
  });
});
