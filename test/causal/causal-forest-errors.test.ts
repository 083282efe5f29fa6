/** Bad input to the forests: each a typed error, thrown before any work, that names the culprit and says what would do. */
import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { fitRatioForests } from '../../src/causal/ratio-forests.js';
import { estimateTreatmentVariance } from '../../src/causal/treatment-variance.js';
import { fitDoubleSampleForest, fitPropensityForest } from '../../src/causal/tree-average-forest.js';
import { createTrial } from '../../src/data/create-trial.js';
import { selectRows } from '../../src/data/select.js';
import { drawn } from '../support/generated-problem.js';
import { smallTrial } from '../support/trials.js';

const trial = smallTrial();
const clustered = smallTrial({ clusterSize: 3 });

/** The error that a fit with these options rejects with. */
async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => null,
    (error: Error) => error,
  );
  expect(outcome, 'the promise must reject').toBeInstanceOf(Error);
  return outcome as Error;
}

const fitted = (options: object, on: object = trial) => fitCausalForest(on as typeof trial, options as object);

async function expectOption(promise: Promise<unknown>, option: string, message: RegExp): Promise<void> {
  const error = await rejection(promise);
  expect(error).toBeInstanceOf(InvalidOptionError);
  expect(error).toMatchObject({ code: 'INVALID_OPTION', option });
  expect(error.message).toMatch(message);
}

async function expectData(
  promise: Promise<unknown>,
  code: string,
  column: string | null,
  message: RegExp,
): Promise<void> {
  const error = await rejection(promise);
  expect(error).toBeInstanceOf(InvalidDataError);
  expect(error).toMatchObject({ code, column });
  expect(error.message).toMatch(message);
}

describe('options out of range', () => {
  test.each([
    ['numTrees', 0, /at least 2/],
    ['numTrees', 101, /multiple of 2; received 101/],
    ['numTrees', 10.5, /whole number/],
    ['numTrees', Number.NaN, /received NaN/],
    ['numTrees', '100', /received "100"/],
    ['sampleFraction', 0, /above 0/],
    ['sampleFraction', 0.6, /at most 0.5/],
    ['mtry', 0, /above 0/],
    ['mtry', 5, /at most 4/],
    ['minNodeSize', 0, /at least 1/],
    ['minNodeSize', 2.5, /whole number/],
    ['honesty', 1, /true or false/],
    ['honestyFraction', 0, /above 0/],
    ['honestyFraction', 1, /below 1/],
    ['honestyPruneLeaves', 'yes', /true or false/],
    ['alpha', -0.01, /at least 0/],
    ['alpha', 0.25, /below 0.25/],
    ['imbalancePenalty', -1, /at least 0/],
    ['imbalancePenalty', Number.POSITIVE_INFINITY, /received Infinity/],
    ['ciGroupSize', 0, /at least 1/],
    ['equalizeClusterWeights', 'no', /true or false/],
    ['seed', -1, /at least 0/],
    ['seed', 1.5, /whole number/],
    ['outcomeHat', Number.NaN, /finite number/],
    ['outcomeHat', new Float64Array(149), /Float64Array of 150 finite numbers; received Float64Array\(149\)/],
    ['outcomeHat', new Float64Array(150).fill(Number.NaN), /finite/],
    ['outcomeHat', [1, 2], /received an array of 2/],
    ['treatmentHat', 'half', /received "half"/],
    ['treatmentHat', new Float64Array(151), /of 150/],
  ])('%s: %o', (option, value, message) => expectOption(fitted({ [option]: value }), option, message));

  test('bags of three take a multiple of three trees', () =>
    expectOption(fitted({ ciGroupSize: 3, numTrees: 100 }), 'numTrees', /multiple of 3/));

  test('bags of one tree may draw more than half', async () => {
    const forest = await fitted({ ciGroupSize: 1, sampleFraction: 0.8, numTrees: 20 });
    expect(forest.outOfBag.variance).toBeNull();
  });
});

describe('misspelt options', () => {
  test.each([
    ['numTree', 'numTrees'],
    ['num_trees', 'numTrees'],
    ['minnodesize', 'minNodeSize'],
    ['outcomehat', 'outcomeHat'],
    ['onprogress', 'onProgress'],
    ['equaliseClusterWeights', 'equalizeClusterWeights'],
  ])('%s', (given, meant) =>
    expectOption(
      fitted({ [given]: 1 }),
      `options.${given}`,
      new RegExp(`no such option \\(did you mean '${meant}'\\?\\)`),
    ),
  );

  test('nothing near', () =>
    expectOption(fitted({ xyzzy: 1 }), 'options.xyzzy', /there is no such option; received 1/));

  test.each([null, 5])('options that are no object: %o', (options) =>
    expectOption(fitted(options as unknown as object), 'options', /an object/),
  );
});

describe('outcome', () => {
  const values = trial.outcomes.outcome;
  const several = { ...trial, outcomes: { spend: values, orders: { ...values, name: 'orders' } } };

  test('unknown, with the one that was meant', () =>
    expectOption(fitted({ outcome: 'order' }, several), 'outcome', /spend, orders \(did you mean 'orders'\?\)/));
  test('left out where there are several', () => expectOption(fitted({}, several), 'outcome', /spend, orders/));
  test('named where there is one only', () =>
    expectOption(fitted({ outcome: 'spend' }), 'outcome', /outcomes: outcome/));

  const ratio = {
    ...trial,
    outcomes: {
      ratio: { kind: 'ratioOfTotals', name: 'ratio', numerator: drawn(150, () => 1), denominator: drawn(150, () => 2) },
    },
  };
  test('a ratio of totals has no value per row', () => expectOption(fitted({}, ratio), 'outcome', /received "ratio"/));
  test('a ratio forest needs a ratio of totals', () =>
    expectOption(fitRatioForests(trial), 'outcome', /ratio of totals/));
});

describe('nuisances', () => {
  test.each([
    [0, 0],
    [1, 0],
    [-0.2, 0],
    [drawn(150, (i) => (i === 42 ? 1 : 0.5)), 42],
  ])('treatmentHat %o is no propensity', async (treatmentHat, row) => {
    const promise = fitted({ treatmentHat });
    await expectData(promise, 'INVALID_PROPENSITY', 'treatmentHat', new RegExp(`row ${row} has`));
    expect(await rejection(promise)).toMatchObject({ rows: [row] });
  });

  test('of a continuous treatment may be any number', async () => {
    const continuous = { ...trial, treatment: { ...trial.treatment, kind: 'continuous' }, propensity: null };
    const forest = await fitted({ treatmentHat: -3, numTrees: 20 }, continuous);
    expect(forest.nuisance.treatmentHat[0]).toBe(-3);
  });

  test('the variance of a binary treatment needs no model', async () => {
    const forest = await fitCausalForest(trial, { numTrees: 20 });
    await expectOption(
      Promise.resolve().then(() => estimateTreatmentVariance(forest)),
      'forest',
      /continuous treatment/,
    );
  });
});

describe('clusters and weights', () => {
  test('equalised without clusters', () =>
    expectOption(fitted({ equalizeClusterWeights: true }), 'equalizeClusterWeights', /without clusters/));
  test('equalised with weights', () =>
    expectOption(
      fitted({ equalizeClusterWeights: true }, { ...clustered, weights: new Float64Array(150).fill(2) }),
      'equalizeClusterWeights',
      /rows have weights/,
    ));
});

describe('too few rows', () => {
  const armOf = (treated: number, rows = 60) => {
    const values = drawn(rows, (i) => (i < treated ? 1 : 0));
    return { ...smallTrial({ rowCount: rows }), treatment: { kind: 'binary', name: 'offer', values } };
  };

  test.each([
    [9, 'treated'],
    [51, 'control'],
  ])('%i treated of 60: an arm below two leaves', (treated, arm) =>
    expectData(
      fitted({}, armOf(treated)),
      'TOO_FEW_ROWS',
      'offer',
      new RegExp(`9 ${arm} rows.*minNodeSize = 5.*needs 10`),
    ),
  );

  test('ten are enough, with a warning', async () => {
    const forest = await fitted({ numTrees: 20 }, armOf(10));
    expect(forest.warnings.map(({ code }) => code)).toContain('SMALL_ARM');
    expect(forest.warnings[0].message).toMatch(/only 10 treated rows/);
  });

  test.each([
    [{ sampleFraction: 0.01, minNodeSize: 1 }, /0 to fill|0 to grow/],
    [{ honestyFraction: 0.99, minNodeSize: 1 }, /0 to fill/],
  ])('nothing left for a tree: %o', (options, message) =>
    expectData(fitted(options, smallTrial({ rowCount: 12 })), 'TOO_FEW_ROWS', null, message),
  );

  test('clusters are counted, not rows', () =>
    expectData(
      fitted(
        { minNodeSize: 1 },
        { ...clustered, clusters: { ...clustered.clusters, count: 2, ids: clustered.clusters?.ids.map((c) => c % 2) } },
      ),
      'TOO_FEW_ROWS',
      null,
      /2 clusters/,
    ));

  test('no row is out of bag: a nuisance is not estimable, and says so', () =>
    expectData(
      fitted({ ciGroupSize: 1, sampleFraction: 1, numTrees: 20 }),
      'TOO_FEW_ROWS',
      null,
      /outcome forest leaves 150 rows without an out-of-bag estimate/,
    ));

  test('with given nuisances it says how many effects are missing', async () => {
    const forest = await fitted({ ciGroupSize: 1, sampleFraction: 1, numTrees: 20, outcomeHat: 0, treatmentHat: 0.5 });
    expect(forest.outOfBag.effect.every(Number.isNaN)).toBe(true);
    expect(forest.warnings[0]).toMatchObject({
      code: 'ROWS_WITHOUT_ESTIMATE',
      message: expect.stringMatching(/150 of 150/),
    });
  });
});

describe('outcomes that leave rows out', () => {
  const rows = drawn(120, (i) => i);
  const partial = createTrial(
    { x: rows, w: rows.map((i) => i % 2), spend: rows.map((i) => Math.sin(i)), visits: rows.map((i) => i % 10) },
    {
      covariates: ['x'],
      treatment: 'w',
      outcomes: { perVisit: { numerator: 'spend', denominator: 'visits', zeroDenominator: 'drop' } },
      propensity: 0.5,
    },
  );

  test('are fitted on the rows they have; nuisances are given for all rows of the trial', async () => {
    const outcomeHat = rows.map((i) => i / 1000);
    const treatmentHat = rows.map((i) => 0.4 + i / 1000);
    const forest = await fitCausalForest(partial, { numTrees: 20, outcomeHat, treatmentHat });
    expect([...forest.nuisance.treatmentHat]).toEqual([...treatmentHat].filter((_, i) => i % 10 !== 0));
    expect(forest.trial.rowCount).toBe(108);
    expect([...forest.nuisance.outcomeHat]).toEqual([...outcomeHat].filter((_, i) => i % 10 !== 0));
    expect(forest.warnings.map(({ message }) => message).join(), 'rows left out are said').toMatch(/12/);
    await expectOption(fitCausalForest(partial, { outcomeHat: outcomeHat.slice(0, 108) }), 'outcomeHat', /of 120/);
  });
});

describe('double-sample and propensity forests', () => {
  test.each([
    ['sampleFraction', 1, 'sampleFraction', /below 1/],
    ['numTrees', 0, 'numTrees', /at least 1/],
    ['alpha', 0.3, 'alpha', /below 0.25/],
    ['ciGroupSize', 2, 'options.ciGroupSize', /no such option/],
    ['honesty', false, 'options.honesty', /no such option/],
    ['imbalancePenalty', 1, 'options.imbalancePenalty', /no such option/],
    ['minNodesize', 1, 'options.minNodesize', /did you mean 'minNodeSize'/],
  ])('%s: %o', async (given, value, option, message) => {
    for (const forest of [fitDoubleSampleForest, fitPropensityForest])
      await expectOption(forest(trial, { [given]: value }), option, message);
  });

  test('the propensity forest has no honesty fraction', () =>
    expectOption(
      fitPropensityForest(trial, { honestyFraction: 0.3 } as object),
      'options.honestyFraction',
      /no such option/,
    ));

  test('take a binary treatment only', async () => {
    const continuous = {
      ...trial,
      treatment: { kind: 'continuous', name: 'dose', values: trial.treatment.values },
    } as const;
    for (const forest of [fitDoubleSampleForest, fitPropensityForest])
      await expectData(forest(continuous), 'NOT_BINARY', 'dose', /fitCausalForest/);
  });

  test('need rows in both arms', async () => {
    const treated = [...trial.treatment.values.keys()].filter((i) => trial.treatment.values[i] === 1);
    for (const forest of [fitDoubleSampleForest, fitPropensityForest])
      await expectData(forest(selectRows(trial, treated)), 'TOO_FEW_ROWS', 'treatment', /0 control rows/);
  });
});

test('a treatment that does not vary is refused, by name', async () => {
  const treated = [...trial.treatment.values.keys()].filter((i) => trial.treatment.values[i] === 1);
  await expectData(fitCausalForest(selectRows(trial, treated)), 'TOO_FEW_ROWS', 'treatment', /0 control rows/);
});
