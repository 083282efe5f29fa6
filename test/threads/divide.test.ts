/** Dealing out parts: every part once and in order, abort and failure reach the caller, and the pool stays usable. */
import './plain-worker.js';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { Warning } from '../../src/base/warnings.js';
import { type Crew, divide, type Job } from '../../src/threads/divide.js';
import { idleThreads } from '../../src/threads/pool.js';
import { machineThreads } from '../../src/threads/spawn.js';

const job = (parts: Partial<Job>): Job => ({
  task: 'range',
  shared: {},
  total: 10,
  partSize: () => 3,
  cost: 0,
  threadBytes: 1,
  ...parts,
});
const run = <Result>(parts: Partial<Job>, crew: Crew = { workers: 2 }) => divide<Result>(job(parts), crew);
const ranges = [
  { from: 0, end: 3 },
  { from: 3, end: 6 },
  { from: 6, end: 9 },
  { from: 9, end: 10 },
];

/** Ends idle threads by letting their time pass. */
function letIdleThreadsGo() {
  vi.useFakeTimers();
  return run({}, { workers: 1 }).then(() => {
    vi.advanceTimersByTime(30_000);
    vi.useRealTimers();
  });
}
afterEach(() => {
  vi.useRealTimers();
});
afterAll(letIdleThreadsGo);

describe('parts', () => {
  test.each([1, 2, 3, 7])('cover the whole, once and in order, with %i threads', async (workers) => {
    const done: number[] = [];
    const onDone = (count: number) => done.push(count);
    expect(await run({ onDone }, { workers })).toEqual(ranges);
    expect(done.length).toBe(4);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(10);
  });

  test('are at least 1 large, whatever was asked for', async () => {
    expect((await run<unknown>({ total: 3, partSize: () => 0 }))?.length).toBe(3);
  });

  test('jobs at the same time do not mix', async () => {
    const results = await Promise.all([run({}), run({ total: 4 }), run({}, { workers: 4 })]);
    // A job that finds all threads in use is left to its caller.
    for (const [k, expected] of [ranges, [ranges[0], { from: 3, end: 4 }], ranges].entries())
      if (results[k] !== null) expect(results[k]).toEqual(expected);
    expect(results[0]).toEqual(ranges);
  });

  test('share one memory, which the caller’s data does not become', async () => {
    const values = new Int32Array(1);
    expect(await run({ task: 'memory', shared: { values }, total: 1 })).toEqual([true]);
    await run({ task: 'write', shared: { values } });
    expect(values[0]).toBe(0);
  });
});

describe('the number of threads', () => {
  const used = async (parts: Partial<Job>, crew: Crew) => {
    await letIdleThreadsGo();
    const result = await run(parts, crew);
    return result === null ? 0 : idleThreads();
  };

  test('is what was asked for, at most one for each of the total', async () => {
    expect(await used({}, { workers: 0 })).toBe(0);
    expect(await used({}, { workers: 1 })).toBe(1);
    expect(await used({}, { workers: 3 })).toBe(3);
    expect(await used({ total: 2 }, { workers: 3 })).toBe(2);
  });

  test('is by default what the work pays for, never a single one', async () => {
    const machine = machineThreads();
    expect(await used({ cost: 10 }, {})).toBe(0);
    expect(await used({ cost: 1e6 }, {})).toBe(machine > 1 ? Math.min(machine, 10) : 0);
    expect(await used({ cost: 1e6, threadBytes: 2 ** 31 }, {})).toBe(0);
  });

  test('warm threads pay sooner', async () => {
    if (machineThreads() < 2) return;
    expect(await used({ cost: 100 }, {})).toBe(0);
    await run({}, { workers: 2 });
    expect(await run({ cost: 100 }, {})).toEqual(ranges);
  });
});

test('threads are kept for the next job, and let go after half a minute', async () => {
  await letIdleThreadsGo();
  expect(idleThreads()).toBe(0);
  await run({ task: 'seen', total: 1 }, { workers: 1 });
  expect(await run<number>({ task: 'seen', total: 1 }, { workers: 1 })).toEqual([2]);
  expect(idleThreads()).toBe(1);
});

describe('what goes wrong', () => {
  test.each(['before', 'during'])('abort %s: the signal’s own reason, and nothing runs on', async (when) => {
    const reason = { why: 'no longer needed' };
    const stop = new AbortController();
    if (when === 'before') stop.abort(reason);
    const started = Date.now();
    const hanging = run({ task: 'hang' }, { workers: 2, signal: stop.signal });
    setTimeout(() => stop.abort(reason), 100);
    await expect(hanging).rejects.toBe(reason);
    // The threads hang for ever; only their end lets this pass. Generous, for a busy machine.
    expect(Date.now() - started).toBeLessThan(2000);
    expect(await run({})).toEqual(ranges);
  });

  test.each([
    ['fail', 'RangeError: too large'],
    ['end', 'exit code 3'],
  ])('a thread that %ss: a typed error, and the next job runs', async (task, said) => {
    await expect(run({ task })).rejects.toMatchObject({
      name: 'CausalForestError',
      code: 'WORKER_FAILED',
      message: expect.stringContaining(said),
    });
    expect(await run({})).toEqual(ranges);
  });

  test('an error in the caller’s callback is the caller’s own', async () => {
    const error = new Error('from the callback');
    const onDone = () => {
      throw error;
    };
    await expect(run({ onDone })).rejects.toBe(error);
    expect(await run({})).toEqual(ranges);
  });

  test('what cannot be sent to a thread is refused, not lost', async () => {
    await expect(run({ shared: { f: () => 1 } })).rejects.toThrow('could not be cloned');
    expect(await run({})).toEqual(ranges);
  });
});

test('nothing is said where nothing went wrong', async () => {
  const said: Warning[] = [];
  await run({}, { workers: 2, note: (warning) => said.push(warning) });
  expect(said).toEqual([]);
});
