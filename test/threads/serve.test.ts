/** The thread's side: jobs are started, answered part by part and ended; errors are answers too. */
import { expect, test } from 'vitest';
import { type Answer, type Order, serve } from '../../src/threads/serve.js';
import { buffersOf, shareArrays } from '../../src/threads/share.js';

function thread() {
  const said: (Answer | 'started')[] = [];
  const handed: number[] = [];
  const ended: string[] = [];
  const scope = {
    onmessage: null as ((event: { readonly data: Order }) => void) | null,
    postMessage: (message: Answer | 'started', transfer: readonly ArrayBuffer[] = []) => {
      said.push(message);
      handed.push(transfer.length);
    },
  };
  const task = (shared: { readonly step: number }) => ({
    run: (from: number, end: number) => {
      if (end > 100) throw new RangeError('too far');
      return { values: Float64Array.of(from * shared.step, end), same: null };
    },
    finish: () => void ended.push('finished'),
  });
  serve({ task }, scope);
  return { said, handed, ended, order: (data: Order) => scope.onmessage?.({ data }) };
}

test('parts are answered with their range, arrays handed over', () => {
  const { said, handed, ended, order } = thread();
  order({ kind: 'start', task: 'task', shared: { step: 10 } });
  order({ kind: 'part', from: 2, end: 5 });
  order({ kind: 'finish' });
  expect(said).toEqual([
    'started',
    { kind: 'done', from: 2, end: 5, result: { values: Float64Array.of(20, 5), same: null } },
  ]);
  expect(handed).toEqual([0, 1]);
  expect(ended).toEqual(['finished']);
});

test('an error is answered with its words, and the job is over', () => {
  const { said, order } = thread();
  order({ kind: 'start', task: 'task', shared: { step: 1 } });
  order({ kind: 'part', from: 0, end: 101 });
  order({ kind: 'part', from: 0, end: 1 });
  expect(said.slice(1)).toEqual([{ kind: 'failed', reason: 'RangeError: too far' }]);
});

test('shared copies hold the same numbers, once each', () => {
  const values = Float64Array.of(1, Number.NaN, -0);
  const data = { values, again: values, list: [Int32Array.of(7), null], name: 'x', none: null };
  const copy = shareArrays(data);
  expect(copy).toEqual(data);
  expect(copy.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(copy.again).toBe(copy.values);
  expect(values.buffer).toBeInstanceOf(ArrayBuffer);
});

test('buffers to hand over are found once, shared ones left out', () => {
  const values = new Float64Array(4);
  const found = buffersOf({ a: values, b: values.subarray(1), c: { d: [new Int32Array(1)] }, e: shareArrays(values) });
  expect([...found]).toEqual([values.buffer, expect.any(ArrayBuffer)]);
});
