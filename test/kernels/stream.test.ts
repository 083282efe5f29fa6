/**
 * The streams inside kernels are those of math/random.ts: word for word, number for number, and draw for draw in the
 * compiled kernel, where enough units are drawn that words are rejected.
 */
import { describe, expect, test } from 'vitest';
import { makeBagTrainer } from '../../src/forest/train-forest.js';
import { below, bits, uniform } from '../../src/kernels/stream.js';
import { type RandomStream, streamFamily, streamFor } from '../../src/math/random.js';
import { borrowEngine, returnEngine } from '../../src/tree/engine.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { makeSampler } from '../../src/tree/subsample.js';
import { numberColumn } from '../support/generated-problem.js';
import { treeOptions } from '../support/grow.js';

const stateOf = (stream: RandomStream): Int32Array => {
  const state = new Int32Array(4);
  stream.copyTo(state);
  return state;
};

/** A stream of the library and its copy as kernels hold it. */
const twins = (...path: (string | number)[]) => {
  const stream = streamFor(1, 'kernel stream', ...path);
  return { stream, state: stateOf(stream) };
};

test('bits', () => {
  const { stream, state } = twins();
  for (let k = 0; k < 10_000; k++) expect(bits(state)).toBe(stream.bits());
  expect(state).toEqual(stateOf(stream));
});

test('uniform', () => {
  const { stream, state } = twins();
  for (let k = 0; k < 10_000; k++) expect(uniform(state)).toBe(stream.uniform());
  expect(state).toEqual(stateOf(stream));
});

// 3 · 2²⁹ rejects every fourth word, 2³⁰ + 1 nearly as many.
describe.each([1, 2, 3, 7, 1000, 65_536, 1_000_003, 2 ** 30, 2 ** 30 + 1, 3 * 2 ** 29, 2 ** 31 - 1])(
  'below(%i)',
  (count) => {
    test('the same numbers from as many words', () => {
      const { stream, state } = twins(count);
      const before = state[3];
      for (let k = 0; k < 2000; k++) expect(below(state, count)).toBe(stream.below(count));
      expect(state).toEqual(stateOf(stream));
      if (count === 3 * 2 ** 29) expect(state[3] - before).toBeGreaterThan(2500);
    });
  },
);

/** The first `take` entries of the list become a draw without replacement, by the library's stream. */
function shuffle(list: Int32Array, take: number, stream: RandomStream): void {
  for (let k = 0; k < take; k++) {
    const other = k + stream.below(list.length - k);
    [list[k], list[other]] = [list[other], list[k]];
  }
}

// Of a word for each of 1,000,000 units, one in 4,295 is looked at twice and about half of those are rejected.
describe('a million units', () => {
  const rows = 1_000_000;
  const plan = {
    rowCount: rows,
    treesPerBag: 2,
    sampleFraction: 0.01,
    honesty: true,
    honestyFraction: 0.5,
    clusters: null,
    equalizeClusterWeights: false,
  };
  const columns = rankColumns(
    [
      numberColumn(
        'x',
        Float64Array.from({ length: rows }, (_, i) => i % 3),
      ),
    ],
    rows,
  );
  const outcome = new Float64Array(rows);
  const problem = {
    columns,
    kind: 'mean',
    data: { outcome, treatment: outcome, weight: null },
    options: treeOptions(),
    plan,
    treeCount: 2,
    seed: 5,
    purpose: 'million',
  } as const;
  const streams = streamFamily(5, 'million', 'rows');

  /** What the compiled kernel has drawn when it has trained a bag. */
  function drawnBy(bag: number) {
    const trainer = makeBagTrainer(problem);
    trainer.trainBag(bag);
    trainer.close();
    const engine = borrowEngine(columns, plan);
    const { draws, grown } = engine.machine.records;
    returnEngine(engine);
    // One memory for all arrays: WebAssembly.
    expect(draws.half.buffer).toBe(grown.feature.buffer);
    return {
      half: draws.half.slice(0, rows / 2),
      grow: draws.grow.slice(0, 5000),
      fill: draws.fill.slice(0, 5000),
      state: draws.stream,
    };
  }

  test.each([0, 1, 2])('bag %i: what kernels draw, compiled and not, is what the stream draws', (bag) => {
    const stream = streams(bag);
    const all = Int32Array.from({ length: rows }, (_, i) => i);
    shuffle(all, rows / 2, stream);
    // The stream counts its words itself, from 1, and throws twelve away at the start.
    expect(stateOf(stream)[3] - 13 - rows / 2).toBeGreaterThan(20);
    const half = all.slice(0, rows / 2);
    shuffle(half, 10_000, stream);
    shuffle(half, 10_000, stream);

    const compiled = drawnBy(bag);
    expect(compiled.half.findIndex((row, k) => row !== half[k])).toBe(-1);
    expect(compiled.grow).toEqual(half.slice(0, 5000));
    // Of so many rows, those that fill a tree are listed in the data's order.
    expect(compiled.fill).toEqual(half.slice(5000, 10_000).sort());
    expect(compiled.state).toEqual(stateOf(stream));

    const sampler = makeSampler(plan);
    sampler.startBag(streams(bag));
    sampler.drawTree();
    const { units, grow, fill } = sampler.drawTree();
    expect(units).toEqual(half.slice(0, 10_000));
    expect([grow, fill]).toEqual([compiled.grow, compiled.fill]);
  });
});
