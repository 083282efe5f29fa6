/** Loops over rows of a sum of trees against their definitions, compiled and not: the same bits. */
import { describe, expect, test } from 'vitest';
import { ADDITIVE, type Additive, MOMENTS, type Moments } from '../../src/kernels/additive-frames.js';
import { LEAVES, NO_LEAF, paddedRows, STRETCH } from '../../src/kernels/additive-trees.js';
import { makeMachine, plainFrame, plainProgram, plan } from '../../src/kernels/machine.js';
import { streamFor } from '../../src/math/random.js';

const TREES = 3;
const COLUMNS = 2;
/** Leaves of each tree: a root alone, two, and as many as there may be. */
const COUNTS = [1, 2, LEAVES];

interface Twins {
  readonly compiled: Additive;
  readonly plain: Additive;
  readonly kernels: typeof plainProgram;
  readonly release: () => void;
}

/** Records of n rows with random contents, in a machine and outside of any. */
function twins(n: number, sides: 'stretch' | 'any' = 'any'): Twins {
  const stride = paddedRows(n);
  const lengths = {
    bins: stride * COLUMNS,
    weight: stride,
    product: stride,
    rest: stride,
    fitted: stride,
    leaf: stride * TREES,
    leafCount: TREES,
    value: TREES * LEAVES,
    step: LEAVES,
    sums: LEAVES,
    side: 256,
    beyond: 3,
    marked: STRETCH,
    renamed: LEAVES,
  };
  const machine = makeMachine({ additive: plan(ADDITIVE, lengths) });
  const compiled: Additive = machine.records.additive;
  const plain: Additive = plainFrame(ADDITIVE, lengths);
  for (const own of [compiled, plain]) {
    const stream = streamFor(1, 'additive trees', n);
    own.rowCount = n;
    own.stride = stride;
    own.leafCount.set(COUNTS);
    for (const numbers of [own.value, own.step]) for (let k = 0; k < numbers.length; k++) numbers[k] = stream.normal();
    for (let c = 0; c < 256; c++) own.side[c] = sides === 'any' ? stream.below(2) : +(c > 40 && c < 200);
    for (let l = 0; l < LEAVES; l++) own.renamed[l] = LEAVES - 1 - l;
    own.leaf.fill(NO_LEAF);
    for (let i = 0; i < n; i++) {
      own.weight[i] = stream.uniform();
      own.product[i] = stream.normal();
      own.rest[i] = stream.normal();
      for (let f = 0; f < COLUMNS; f++) own.bins[f * stride + i] = stream.below(256);
      for (let t = 0; t < TREES; t++) own.leaf[t * stride + i] = stream.below(COUNTS[t]);
    }
  }
  return { compiled, plain, kernels: machine.kernels, release: machine.release };
}

const contents = (own: Additive) =>
  [own.bins, own.fitted, own.rest, own.weight, own.product, own.leaf, own.step, own.side, own.beyond].map((values) => [
    ...values,
  ]);

/** What rows leave over once those of a tree's leaves but the first have taken its steps. */
const restAfter = ({ rest, weight, step, leaf, stride }: Additive, tree: number): Float64Array =>
  rest.map((own, i) => {
    const reached = leaf[tree * stride + i];
    return reached === 0 || reached === NO_LEAF ? own : own - weight[i] * step[reached];
  });

describe.each([1, 15, 16, 17, 40, 1000, STRETCH + 5, 3 * STRETCH])('%i rows', (n) => {
  test.each([
    [0, 1],
    [1, 2],
    [2, 1],
    [2, 0],
  ])('sums of leaves after tree %i, of tree %i, with and without a cut', (before, tree) => {
    for (const sides of ['any', 'stretch'] as const) {
      const { compiled, plain, kernels, release } = twins(n, sides);
      const other = twins(n, sides);
      const { stride } = plain;
      const [cut, column] = [COUNTS[tree] - 1, 1];
      const rest = restAfter(plain, before);
      const sums = new Float64Array(COUNTS[tree]);
      const beyond = [0, 0, 0];
      for (let i = 0; i < n; i++) {
        const leaf = plain.leaf[tree * stride + i];
        if (leaf > 0) sums[leaf] += rest[i];
        if (leaf !== cut || plain.side[plain.bins[column * stride + i]] === 0) continue;
        beyond[0] += rest[i];
        beyond[1] += plain.weight[i];
        beyond[2]++;
      }
      other.kernels.sumLeaves(other.compiled, before, COUNTS[before], tree, COUNTS[tree]);
      kernels.sumLeavesAndCut(compiled, before, COUNTS[before], tree, COUNTS[tree], cut, column);
      plainProgram.sumLeavesAndCut(plain, before, COUNTS[before], tree, COUNTS[tree], cut, column);
      expect(contents(compiled)).toEqual(contents(plain));
      expect([...compiled.rest]).toEqual([...rest]);
      expect([...other.compiled.rest]).toEqual([...rest]);
      for (const own of [compiled, plain, other.compiled])
        for (let leaf = 1; leaf < COUNTS[tree]; leaf++) expect(own.sums[leaf]).toBeCloseTo(sums[leaf], 10);
      const taken = ({ sums: own }: Additive) => [...own.subarray(1, COUNTS[tree])];
      expect(taken(other.compiled)).toEqual(taken(compiled));
      expect(taken(compiled)).toEqual(taken(plain));
      beyond.forEach((value, k) => {
        expect(compiled.beyond[k]).toBeCloseTo(value, 10);
      });
      other.release();
      release();
    }
  });

  test('cutting and renaming change one tree', () => {
    const { compiled, plain, kernels, release } = twins(n);
    const { stride } = plain;
    const [tree, cut, column, added, change] = [1, 1, 1, 2, 0.7];
    const leaf = plain.leaf.map((own, at) => {
      const i = at - tree * stride;
      const isCut = i >= 0 && i < n && own === cut && plain.side[plain.bins[column * stride + i]] === 1;
      return isCut ? added : own;
    });
    kernels.cutLeaf(compiled, tree, cut, column, added);
    plainProgram.cutLeaf(plain, tree, cut, column, added);
    expect([...compiled.leaf]).toEqual([...leaf]);
    const rest = plain.rest.map((own, i) => (leaf[tree * stride + i] === added ? own - plain.weight[i] * change : own));
    const renamed = leaf.map((own, at) => (at >= tree * stride && at < tree * stride + n ? plain.renamed[own] : own));
    kernels.renameLeaves(compiled, tree, added, change);
    plainProgram.renameLeaves(plain, tree, added, change);
    expect([...compiled.leaf]).toEqual([...renamed]);
    expect([...compiled.rest]).toEqual([...rest]);
    expect(contents(compiled)).toEqual(contents(plain));
    release();
  });

  test('what trees add up to, and what that leaves over', () => {
    const { compiled, plain, kernels, release } = twins(n);
    const { stride, leaf, value } = plain;
    const base = value[0] + value[LEAVES] + value[2 * LEAVES] + 0.25;
    const totals = [kernels.fitRows(compiled, TREES, base), plainProgram.fitRows(plain, TREES, base)];
    expect(contents(compiled)).toEqual(contents(plain));
    expect(totals[0]).toBe(totals[1]);
    let total = 0;
    for (let i = 0; i < n; i++) {
      let fitted = 0.25;
      for (let t = 0; t < TREES; t++) fitted += value[t * LEAVES + leaf[t * stride + i]];
      expect(compiled.fitted[i]).toBeCloseTo(fitted, 12);
      expect(compiled.rest[i]).toBeCloseTo(plain.product[i] - plain.weight[i] * fitted, 12);
      total += compiled.rest[i];
    }
    expect(totals[0]).toBeCloseTo(total, 10);
    release();
  });
});

test.each([0, 1])('moments of draws are compiled to the same bits (rows left out together: %i)', (hasUnits) => {
  const [n, units] = [101, 20];
  const lengths = {
    unit: n,
    outcome: n,
    treatment: n,
    precision: n,
    fitted: n,
    now: hasUnits === 1 ? units : n,
    sum: n,
    squares: n,
    loss: hasUnits === 1 ? units : n,
    product: n,
  };
  const machine = makeMachine({ moments: plan(MOMENTS, lengths) });
  const compiled: Moments = machine.records.moments;
  const plain: Moments = plainFrame(MOMENTS, lengths);
  const totals = [compiled, plain].map((own) => {
    const stream = streamFor(2, 'moments');
    own.rowCount = n;
    own.hasUnits = hasUnits;
    own.unitCount = hasUnits === 1 ? units : n;
    own.constant = 0.3;
    own.perNoise = 0.7;
    own.perStart = 0.4;
    own.level = 0.1;
    for (let i = 0; i < n; i++) {
      own.unit[i] = stream.below(units);
      for (const numbers of [own.outcome, own.treatment, own.precision, own.fitted]) numbers[i] = stream.normal();
    }
    const { addDraw } = own === compiled ? machine.kernels : plainProgram;
    return [addDraw(own), addDraw(own)];
  });
  expect(totals[0]).toEqual(totals[1]);
  for (const name of ['sum', 'squares', 'loss', 'product'] as const) {
    expect([...compiled[name]]).toEqual([...plain[name]]);
    expect(compiled[name].some((value) => value !== 0)).toBe(true);
  }
  machine.release();
});
