/** A bag's trees are its own: whatever was trained before it in the same engine, they have the same bits. */
import { describe, expect, test } from 'vitest';
import { type ForestProblem, makeBagTrainer } from '../../src/forest/train-forest.js';
import { bitsOf, FOREST_KINDS, type ForestParts, forestProblem } from '../support/forest-problem.js';

/** Each bag's trees, trained in this order. */
function trainEach(problem: ForestProblem, order: readonly number[]) {
  const trainer = makeBagTrainer(problem);
  const trees = order.map((bag) => {
    trainer.trainBag(bag);
    return trainer.finish();
  });
  trainer.close();
  return trees;
}

// Entries that mean nothing, such as a leaf's cut, are compared too: forests are told apart by their bytes.
describe.each(Object.entries(FOREST_KINDS))('%s', (name, parts: ForestParts) => {
  const problem = forestProblem(parts);
  const inOrder = trainEach(problem, [0, 1, 2, 3]).map(bitsOf);

  test('in another order, and twice', () => {
    const order = [3, 1, 1, 0, 2, 3];
    expect(trainEach(problem, order).map(bitsOf)).toEqual(order.map((bag) => inOrder[bag]));
  });

  test('between forests of every other kind', () => {
    const others = Object.entries(FOREST_KINDS).filter(([other]) => other !== name);
    others.forEach(([, other], k) => {
      trainEach(forestProblem({ ...other, seed: 2 }), [0]);
      expect(bitsOf(trainEach(problem, [k % 4])[0])).toEqual(inOrder[k % 4]);
    });
  });

  test('bags are not alike', () => {
    expect(new Set(inOrder.map((bits) => JSON.stringify(bits))).size).toBe(4);
  });

  test("a leaf's unused entries are zero, and so is the empty leaf", () => {
    for (const { feature, threshold, missingRight, moments, momentCount } of trainEach(problem, [0, 1])) {
      feature.forEach((f, node) => {
        if (f < 0) expect([f, threshold[node], missingRight[node]]).toEqual([-1, 0, 0]);
      });
      expect(moments.subarray(0, momentCount)).toEqual(new Float64Array(momentCount));
    }
  });
});
