/** Long work: progress is counted, nothing is called after it has stopped, and a signal stops it with its own reason. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { fitDoubleSampleForest } from '../../src/causal/tree-average-forest.js';
import { fitRegressionForest } from '../../src/forest/regression-forest.js';
import { type Progress, runSteps } from '../../src/forest/work-control.js';
import { smallTrial } from '../support/trials.js';

describe('steps', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Steps that take `each` milliseconds of a clock that only they move. */
  async function run(steps: number, each: number, control: Parameters<typeof runSteps>[2] = {}) {
    const done: number[] = [];
    const finished = runSteps('work', steps, control, (k) => {
      done.push(k);
      vi.setSystemTime(Date.now() + each);
    });
    const caught = finished.catch((reason: unknown) => reason);
    await vi.runAllTimersAsync();
    return { done, reason: await caught };
  }

  test('run once each, in order', async () => {
    expect(await run(5, 1)).toEqual({ done: [0, 1, 2, 3, 4], reason: undefined });
    expect(await run(0, 1)).toEqual({ done: [], reason: undefined });
  });

  test('report every 50 milliseconds or later, and at the end', async () => {
    const seen: Progress[] = [];
    await run(100, 20, { onProgress: (progress) => seen.push(progress) });
    expect(seen.every(({ phase, total }) => phase === 'work' && total === 100)).toBe(true);
    expect(seen.map(({ done }) => done)).toEqual([...Array.from({ length: 33 }, (_, k) => 3 * k + 3), 100]);
  });

  test('short work reports its end only', async () => {
    const seen: number[] = [];
    await run(10, 1, { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([10]);
  });

  test('a signal stops them before the next one, with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('no longer needed');
    const seen: number[] = [];
    const result = await run(100, 60, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        seen.push(done);
        if (done === 3) stop.abort(reason);
      },
    });
    expect(result.done).toEqual([0, 1, 2]);
    expect(result.reason).toBe(reason);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('a signal that was given before does not let anything run', async () => {
    const result = await run(3, 1, { signal: AbortSignal.abort('late') });
    expect(result).toEqual({ done: [], reason: 'late' });
  });
});

const trial = smallTrial({ propensity: null });

test('a fit reports its phases in turn, each counted up to its end', async () => {
  const seen: Progress[] = [];
  await fitCausalForest(trial, { numTrees: 60, onProgress: (progress) => seen.push(progress) });
  const phases = [...new Set(seen.map(({ phase }) => phase))];
  expect(phases).toEqual(['outcome forest', 'treatment forest', 'causal forest']);
  for (const [k, total] of [50, 50, 30].entries()) {
    const own = seen.filter(({ phase }) => phase === phases[k]);
    // Nuisance forests have one tree a bag, at least 50; the causal forest has bags of two.
    expect(own.every((progress) => progress.total === total)).toBe(true);
    expect(own.map(({ done }) => done)).toEqual([...own.map(({ done }) => done)].sort((a, b) => a - b));
    expect(own.at(-1)?.done).toBe(total);
  }
});

test('what is given or known is not fitted', async () => {
  const phases = new Set<string>();
  const onProgress = ({ phase }: Progress) => phases.add(phase);
  await fitCausalForest(smallTrial(), { numTrees: 20, outcomeHat: 0, onProgress });
  expect([...phases]).toEqual(['causal forest']);
});

describe('abort', () => {
  const reason = { why: 'the user went away' };
  const fits: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
    'causal forest': (signal) => fitCausalForest(trial, { numTrees: 2000, signal }),
    'regression forest': (signal) => fitRegressionForest(trial, { outcome: 'outcome', numTrees: 2000, signal }),
    'double-sample forest': (signal) => fitDoubleSampleForest(trial, { numTrees: 2000, signal }),
  };

  test.each(Object.entries(fits))('%s: before it starts', async (_, start) => {
    await expect(start(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('in the middle', async () => {
    const stop = new AbortController();
    const seen: Progress[] = [];
    const fitted = fitCausalForest(trial, {
      numTrees: 20_000,
      outcomeHat: 0,
      treatmentHat: 0.5,
      signal: stop.signal,
      onProgress: (progress) => {
        seen.push(progress);
        stop.abort(reason);
      },
    });
    await expect(fitted).rejects.toBe(reason);
    expect(seen.length).toBe(1);
    expect(seen[0].done).toBeLessThan(10_000);
  });

  test('an error in the callback is the caller’s own', async () => {
    const fitted = fitCausalForest(trial, {
      numTrees: 20,
      onProgress: () => {
        throw new RangeError('from the callback');
      },
    });
    await expect(fitted).rejects.toThrow(new RangeError('from the callback'));
  });
});
