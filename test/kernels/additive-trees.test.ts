/** Loops over rows of a sum of trees against their definitions, compiled and not: the same bits. */
import { describe, expect, test } from 'vitest';
import { LEAVES } from '../../src/kernels/additive-trees.js';
import { ADDITIVE, type Additive } from '../../src/kernels/frames.js';
import { makeMachine, plainFrame, plainProgram, plan } from '../../src/kernels/machine.js';
import { streamFor } from '../../src/math/random.js';

const TREES = 3;
const COLUMNS = 2;

/** Records of n rows with random contents, in a machine and outside of any. */
function twins(n: number) {
  const lengths = {
    bins: n * COLUMNS,
    fitted: n,
    weight: n,
    product: n,
    leaf: n * TREES,
    step: LEAVES,
    sums: 2 * LEAVES,
    side: 256,
    beyond: 3,
    renamed: LEAVES,
  };
  const machine = makeMachine({ additive: plan(ADDITIVE, lengths) });
  const compiled: Additive = machine.records.additive;
  const plain: Additive = plainFrame(ADDITIVE, lengths);
  for (const own of [compiled, plain]) {
    const stream = streamFor(1, 'additive trees', n);
    own.rowCount = n;
    for (const numbers of [own.fitted, own.product, own.step, own.sums, own.beyond])
      numbers.forEach((_, k) => {
        numbers[k] = stream.normal();
      });
    for (const [numbers, count] of [
      [own.bins, 256],
      [own.leaf, LEAVES],
      [own.side, 2],
      [own.renamed, LEAVES],
    ] as const)
      numbers.forEach((_, k) => {
        numbers[k] = stream.below(count);
      });
    own.weight.forEach((_, k) => {
      own.weight[k] = stream.uniform();
    });
  }
  return { machine, compiled, plain };
}

const contents = (own: Additive) =>
  [own.bins, own.fitted, own.weight, own.product, own.leaf, own.step, own.side, own.renamed].map((values) => [
    ...values,
  ]);

describe.each([1, 2, 3, 40, 41, 1000])('%i rows', (n) => {
  test('sums of leaves, with and without a cut', () => {
    const { machine, compiled, plain } = twins(n);
    const [before, tree, cut, column] = [2, 1, 5, 1];
    const fitted = [...plain.fitted].map((value, i) => value + plain.step[plain.leaf[before * n + i]]);
    const sums = new Float64Array(LEAVES);
    const beyond = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const leaf = plain.leaf[tree * n + i];
      const rest = plain.product[i] - plain.weight[i] * fitted[i];
      sums[leaf] += rest;
      if (leaf !== cut || plain.side[plain.bins[column * n + i]] === 0) continue;
      beyond[0] += rest;
      beyond[1] += plain.weight[i];
      beyond[2]++;
    }
    const other = twins(n);
    other.machine.kernels.sumLeaves(other.compiled, before, tree);
    machine.kernels.sumLeavesAndCut(compiled, before, tree, cut, column);
    plainProgram.sumLeavesAndCut(plain, before, tree, cut, column);
    expect(contents(compiled)).toEqual(contents(plain));
    expect([...compiled.fitted]).toEqual(fitted);
    expect([...other.compiled.fitted]).toEqual(fitted);
    for (const own of [compiled, plain, other.compiled])
      sums.forEach((sum, leaf) => {
        expect(own.sums[leaf]).toBeCloseTo(sum, 11);
      });
    expect([...other.compiled.sums]).toEqual([...compiled.sums]);
    expect([...compiled.sums]).toEqual([...plain.sums]);
    expect([...compiled.beyond]).toEqual([...plain.beyond]);
    beyond.forEach((value, k) => {
      expect(compiled.beyond[k]).toBeCloseTo(value, 11);
    });
    other.machine.release();
    machine.release();
  });

  test('cutting and renaming change one tree', () => {
    const { machine, compiled, plain } = twins(n);
    const [tree, cut, column, added] = [1, 5, 1, 9];
    const leaf = plain.leaf.map((own, at) => {
      const i = at - tree * n;
      const isCut = i >= 0 && i < n && own === cut && plain.side[plain.bins[column * n + i]] === 1;
      return isCut ? added : own;
    });
    machine.kernels.cutLeaf(compiled, tree, cut, column, added);
    plainProgram.cutLeaf(plain, tree, cut, column, added);
    expect([...compiled.leaf]).toEqual([...leaf]);
    const fitted = plain.fitted.map((value, i) => value + plain.step[leaf[tree * n + i]]);
    const renamed = leaf.map((own, at) => (at >= tree * n && at < (tree + 1) * n ? plain.renamed[own] : own));
    machine.kernels.renameLeaves(compiled, tree);
    plainProgram.renameLeaves(plain, tree);
    expect([...compiled.leaf]).toEqual([...renamed]);
    expect([...compiled.fitted]).toEqual([...fitted]);
    expect(contents(compiled)).toEqual(contents(plain));
    machine.release();
  });
});
