/** Where threads cannot be started the calling thread is left to do the work, and hears why; it is not tried again. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Warning } from '../../src/base/warnings.js';

beforeEach(() => {
  vi.resetModules();
});

const job = { task: 'x', shared: {}, total: 4, partSize: () => 1, cost: 1e6, threadBytes: 1 };

async function ask(workers?: number) {
  const { divide } = await import('../../src/threads/divide.js');
  const said: Warning[] = [];
  const result = await divide(job, {
    note: (warning) => said.push(warning),
    ...(workers === undefined ? {} : { workers }),
  });
  return { result, said };
}

test('a source that does not run', async () => {
  globalThis.CAUSAL_FOREST_WORKER = 'throw new Error("not here")';
  const first = await ask(2);
  expect(first.result).toBeNull();
  expect(first.said).toEqual([{ code: 'WORKERS_UNAVAILABLE', message: expect.stringContaining('not here') }]);
  // It would work now, but what was refused once is not asked again.
  globalThis.CAUSAL_FOREST_WORKER = 'postMessage("started")';
  expect(await ask(2)).toEqual(first);
});

test('a platform that refuses at once', async () => {
  globalThis.CAUSAL_FOREST_WORKER = 'postMessage("started")';
  vi.doMock('../../src/threads/spawn.js', () => ({
    machineThreads: () => 2,
    spawnThread: () => {
      throw new Error('refused by policy');
    },
  }));
  const { result, said } = await ask();
  expect(result).toBeNull();
  expect(said[0].message).toContain('refused by policy');
  vi.doUnmock('../../src/threads/spawn.js');
});

test('a platform without threads: silent unless they were asked for', async () => {
  globalThis.CAUSAL_FOREST_WORKER = 'postMessage("started")';
  vi.doMock('../../src/threads/spawn.js', () => ({ machineThreads: () => 0 }));
  expect(await ask()).toEqual({ result: null, said: [] });
  expect((await ask(2)).said[0].message).toContain('no worker threads');
  vi.doUnmock('../../src/threads/spawn.js');
});

test('a copy without the workers’ source: silent unless they were asked for', async () => {
  globalThis.CAUSAL_FOREST_WORKER = undefined;
  expect(await ask()).toEqual({ result: null, said: [] });
  expect(await ask(0)).toEqual({ result: null, said: [] });
  expect((await ask(1)).said[0].message).toContain('not built with their source');
});
