/** Every way in which an export can be wrong is refused by name: the field, what it holds, and what to do. */
import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { fromGrf } from '../../src/import/from-grf.js';
import { exportOf } from '../support/grf-forest.js';

type Change = (fields: Record<string, unknown>) => void;

/** Sets what stands at a path like 'X[2][1]'; undefined takes it away. */
const put =
  (path: string, value: unknown): Change =>
  (fields) => {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
    const last = keys.pop() as string;
    const parent = keys.reduce((of, key) => of[key] as Record<string, unknown>, fields);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  };
const TREE = 'forest.trees[0]';
const together =
  (...changes: readonly Change[]): Change =>
  (fields) => {
    for (const change of changes) change(fields);
  };

const small = () => ({
  X: [
    [1, 5],
    [2, null],
    [3, 5],
    [4, 6],
    [5, 6],
    [6, 7],
    [7, 7],
    [8, 8],
  ],
  Y: [0, 1, 0, 1, 2, 1, 0, 3],
  W: [0, 1, 0, 1, 0, 1, 0, 1],
  Yhat: [1, 1, 1, 1, 1, 1, 1, 1],
  What: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
  forest: {
    ciGroupSize: 1,
    trees: [
      {
        root: 0,
        left: [1, 0, 0],
        right: [2, 0, 0],
        splitVariable: [0, 0, 0],
        splitValue: [4, -1, -1],
        missingGoesLeft: [true, true, true],
        drawnSamples: [0, 1, 4, 5, 7],
        leafSamples: [[], [0, 1], [4, 5]],
      },
    ],
  },
});
const arms = () => ({
  ...small(),
  arms: ['none', 'letter', 'call'],
  W: ['none', 'letter', 'call', 'none', 'letter', 'call', 'none', 'letter'],
  What: Array.from({ length: 8 }, () => [0.4, 0.4, 0.2]),
});

const refused = (change: Change, make: () => Record<string, unknown> = small): InvalidDataError => {
  const fields = make();
  change(fields);
  try {
    fromGrf(fields);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidDataError);
    expect((error as InvalidDataError).code).toBe('INVALID_FOREST');
    return error as InvalidDataError;
  }
  throw new Error('not refused');
};

test('the small ones are in order themselves', () => {
  expect(fromGrf(small()).kind).toBe('causalForest');
  expect(fromGrf(arms()).kind).toBe('multiArmForest');
});

describe('what is no export at all', () => {
  test.each([[null], [undefined], [3], [[]], ['[1]'], ['"text"']])('%j', (json) => {
    expect(() => fromGrf(json)).toThrow(/the exported forest must be an object; received/);
  });
  test('text that is no JSON', () => {
    expect(() => fromGrf('{"X": [')).toThrow(/the exported forest is not JSON/);
  });
  test('an empty object', () => {
    expect(() => fromGrf({})).toThrow(/X must be a list; received undefined; export the forest again/);
  });
});

describe('data', () => {
  test.each<[string, Change, string, RegExp]>([
    ['no X', put('X', undefined), 'X', /must be a list; received undefined/],
    ['X without rows', put('X', []), 'X', /at least one row; received an array of 0/],
    ['X without columns', put('X', [[], []]), 'X[0]', /at least one number/],
    ['ragged X', put('X[3]', [4]), 'X[3]', /a list of 2; received an array of 1/],
    ['text in X', put('X[2][1]', 'high'), 'X[2][1]', /a finite number, or null where missing; received "high"/],
    ['NA as text', put('X[2][1]', 'NA'), 'X[2][1]', /received "NA"/],
    ['infinite X', put('X[0][0]', Number.POSITIVE_INFINITY), 'X[0][0]', /received Infinity/],
    ['no Y', put('Y', undefined), 'Y', /a list of 8; received undefined/],
    ['short Y', put('Y', [0, 1, 0, 1, 2, 1, 0]), 'Y', /a list of 8; received an array of 7/],
    ['missing Y', put('Y[1]', null), 'Y[1]', /a finite number; received null/],
    ['text W', put('W[1]', 'a'), 'W[1]', /a finite number; received "a"/],
    ['no Yhat', put('Yhat', undefined), 'Yhat', /a list of 8; received undefined/],
    ['What NaN', put('What[4]', Number.NaN), 'What[4]', /a finite number; received NaN/],
    ['What of arms', put('What', arms().What), 'What[0]', /a finite number; received an array of 3/],
    ['negative weight', put('sampleWeights', [1, 1, -1, 1, 1, 1, 1, 1]), 'sampleWeights[2]', /at least 0; received -1/],
    ['no weight', put('sampleWeights', [0, 0, 0, 0, 0, 0, 0, 0]), 'sampleWeights', /above 0 in some row/],
    ['few weights', put('sampleWeights', [1, 2]), 'sampleWeights', /a list of 8; received an array of 2/],
    ['one cluster', put('clusters', [1, 1, 1, 1, 1, 1, 1, 1]), 'clusters', /at least two clusters/],
    ['no cluster', put('clusters', [1, 1, null, 1, 1, 1, 2, 2]), 'clusters[2]', /a number or text; received null/],
    ['equalised without clusters', put('equalizeClusterWeights', true), 'equalizeClusterWeights', /no clusters/],
    ['equalised by text', put('equalizeClusterWeights', 'TRUE'), 'equalizeClusterWeights', /true or false/],
    ['few names', put('covariateNames', ['a']), 'covariateNames', /a list of 2; received an array of 1/],
    ['a name twice', put('covariateNames', ['a', 'a']), 'covariateNames[1]', /no other covariate/],
    ['a number for a name', put('covariateNames', ['a', 3]), 'covariateNames[1]', /text; received 3/],
  ])('%s', (_, change, column, message) => {
    const error = refused(change);
    expect(error.column).toBe(column);
    expect(error.message).toMatch(message);
  });

  test('equalised clusters with weights', () => {
    const both = together(
      put('equalizeClusterWeights', true),
      put('clusters', [1, 1, 2, 2, 3, 3, 4, 4]),
      put('sampleWeights', small().Yhat),
    );
    expect(refused(both).message).toMatch(/equalizeClusterWeights must be false where there are sampleWeights/);
  });
});

describe('fields that do not go together', () => {
  test.each<[string, Change, string, RegExp]>([
    ['nuisances without W', put('W', undefined), 'Yhat', /left out where there is no W/],
    ['W that is null', put('W', null), 'Yhat', /left out where there is no W/],
    ['Zhat without Z', put('Zhat', small().What), 'Zhat', /left out where there is no Z/],
    ['Z without Zhat', put('Z', small().W), 'Zhat', /a list of 8; received undefined/],
    [
      'another class',
      put('class', 'instrumental_forest'),
      'class',
      /those of a causal_forest; received "instrumental_forest"/,
    ],
    [
      'a class that cannot be read',
      put('class', 'survival_forest'),
      'class',
      /one of causal_forest, .* other forests cannot be read/,
    ],
    ['R names', (f) => Object.assign(f, { 'Y.hat': f.Yhat, Yhat: undefined }), 'Y.hat', /did you mean 'Yhat'\?/],
    ['another case', put('what', small().What), 'what', /did you mean 'What'\?/],
    ['a letter too few', put('cluster', small().W), 'cluster', /did you mean 'clusters'\?/],
    ['a word apart', put('sample_weights', small().Yhat), 'sample_weights', /did you mean 'sampleWeights'\?/],
  ])('%s', (_, change, column, message) => {
    const error = refused(change);
    expect(error.column).toBe(column);
    expect(error.message).toMatch(message);
  });

  test('another kind than was asked for', () => {
    expect(() => fromGrf(small(), { kind: 'instrumentalForest' })).toThrow(
      /must be of kind 'instrumentalForest', but its fields are those of a 'causalForest'; .* ask for kind 'causalForest'/,
    );
    expect(() => fromGrf(small(), { kind: 'causal' as 'causalForest' })).toThrow(InvalidOptionError);
    expect(() => fromGrf(small(), { kinds: 'causalForest' } as never)).toThrow(/did you mean 'kind'/);
  });

  test('settings', () => {
    expect(() => fromGrf({ ...small(), settings: { mtri: 3 } })).toThrow(/did you mean 'mtry'/);
    expect(() => fromGrf({ ...small(), settings: { alpha: 3 } })).toThrow(InvalidOptionError);
    expect(() => fromGrf({ ...small(), settings: { numTrees: 3 } })).toThrow(/settings\.numTrees/);
    expect(() => fromGrf({ ...small(), settings: [3] })).toThrow(/settings must be an object/);
  });
});

describe('arms', () => {
  test.each<[string, Change, string, RegExp]>([
    ['one arm', put('arms', ['none']), 'arms', /at least two different names/],
    ['an arm twice', put('arms', ['none', 'call', 'call']), 'arms', /different names/],
    ['an unknown arm', put('W[3]', 'visit'), 'W[3]', /one of the arms none, letter, call; received "visit"/],
    ['a column too few', put('What[5]', [0.4, 0.6]), 'What[5]', /a list of 3; received an array of 2/],
    ['a missing probability', put('What[5][1]', null), 'What[5][1]', /a finite number; received null/],
    ['an instrument', put('Z', small().Yhat), 'Z', /left out where there is a list of arms/],
  ])('%s', (_, change, column, message) => {
    const error = refused(change, arms);
    expect(error.column).toBe(column);
    expect(error.message).toMatch(message);
  });
});

describe('trees', () => {
  test.each<[string, Change, string, RegExp]>([
    ['no forest', put('forest', undefined), 'forest', /an object; received undefined/],
    [
      'no bags',
      put('forest.ciGroupSize', undefined),
      'forest.ciGroupSize',
      /a whole number of at least 1; received undefined/,
    ],
    ['half a bag', put('forest.ciGroupSize', 1.5), 'forest.ciGroupSize', /received 1.5/],
    ['fewer trees than a bag', put('forest.ciGroupSize', 2), 'forest.trees', /at least 2 trees/],
    ['no trees', put('forest.trees', []), 'forest.trees', /at least 1 trees/],
    ['another number of trees', put('forest.numTrees', 5), 'forest.numTrees', /1, as many as there are; received 5/],
    ['another number of covariates', put('forest.numVariables', 3), 'forest.numVariables', /2, as many as there are/],
    ['a tree that is null', put('forest.trees[0]', null), 'forest.trees[0]', /an object; received null/],
    ['a root outside', put(`${TREE}.root`, 3), 'forest.trees[0].root', /a whole number from 0 to 2; received 3/],
    ['a child outside', put(`${TREE}.left[0]`, 9), 'forest.trees[0].left[0]', /from 0 to 2; received 9/],
    [
      'numbered from 1',
      put(`${TREE}.splitVariable[0]`, 2),
      'forest.trees[0].splitVariable[0]',
      /from 0 to 1; received 2/,
    ],
    ['half a leaf', put(`${TREE}.right[0]`, 0), 'forest.trees[0].right[0]', /a node, as the other child is one/],
    [
      'a circle',
      together(put(`${TREE}.left`, [1, 2, 1]), put(`${TREE}.right`, [2, 2, 1])),
      'forest.trees[0].left',
      /no node has two parents/,
    ],
    [
      'lists of unequal length',
      put(`${TREE}.right`, [2, 0]),
      'forest.trees[0].right',
      /a list of 3; received an array of 2/,
    ],
    [
      'a split by text',
      put(`${TREE}.splitValue[0]`, 'NA'),
      'forest.trees[0].splitValue[0]',
      /a finite number, or null/,
    ],
    [
      'an infinite split',
      put(`${TREE}.splitValue[0]`, Number.NEGATIVE_INFINITY),
      'forest.trees[0].splitValue[0]',
      /finite/,
    ],
    [
      'sides as numbers',
      put(`${TREE}.missingGoesLeft[0]`, 1),
      'forest.trees[0].missingGoesLeft[0]',
      /true or false; received 1/,
    ],
    ['no draws', put(`${TREE}.drawnSamples`, undefined), 'forest.trees[0].drawnSamples', /a list; received undefined/],
    ['a draw outside', put(`${TREE}.drawnSamples[0]`, 8), 'forest.trees[0].drawnSamples[0]', /from 0 to 7; received 8/],
    ['a draw twice', put(`${TREE}.drawnSamples[1]`, 0), 'forest.trees[0].drawnSamples', /different rows; received 0/],
    [
      'a row that was not drawn',
      put(`${TREE}.leafSamples[1]`, [0, 2]),
      'forest.trees[0].leafSamples[1]',
      /drawnSamples has too; received 2/,
    ],
    [
      'a row in two leaves',
      put(`${TREE}.leafSamples[2]`, [4, 0]),
      'forest.trees[0].leafSamples[2]',
      /no other leaf has; received 0/,
    ],
    ['rows in a split', put(`${TREE}.leafSamples[0]`, [7]), 'forest.trees[0].leafSamples[0]', /no leaf below the root/],
    [
      'rows in the wrong leaf',
      put(`${TREE}.leafSamples`, [[], [0, 4], [1, 5]]),
      'forest.trees[0].leafSamples[1]',
      /row 4 reaches 2.*digits = NA/,
    ],
    ['rows in another order', put('X', small().X.reverse()), 'forest.trees[0].leafSamples[1]', /row 0 reaches 2/],
    ['a rounded table', put('X[1][0]', 5), 'forest.trees[0].leafSamples[1]', /row 1 reaches 2/],
  ])('%s', (_, change, column, message) => {
    const error = refused(change);
    expect(error.column).toBe(column);
    expect(error.message).toMatch(message);
  });
});

// Every number of a real export taken away in turn, in each kind: a typed error, or an optional field left out.
describe.each(['causal-clusters-weights', 'instrumental', 'multi-arm', 'regression'])(
  '%s, each field taken away',
  (name) => {
    const optional = ['clusters', 'sampleWeights', 'equalizeClusterWeights'];
    test.each(Object.keys(exportOf(name)))('%s', (field) => {
      const { [field]: _, ...rest } = exportOf(name);
      if (optional.includes(field)) expect(fromGrf(rest).kind).toBeTypeOf('string');
      else expect(() => fromGrf(rest)).toThrow(InvalidDataError);
    });
    test.each(Object.keys(exportOf(name)))('%s replaced by text', (field) => {
      expect(() => fromGrf({ ...exportOf(name), [field]: 'text' })).toThrow(InvalidDataError);
    });
  },
);
