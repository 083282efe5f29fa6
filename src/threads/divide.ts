/**
 * Divides a job over threads: parts are ranges of 0 … total, dealt out as threads become free, and their results come back
 * in order. A job's parts must not depend on each other, so the result does not depend on how it was divided.
 * Where threads do not pay, are all in use, or cannot be started, the answer is null: the caller does the job itself.
 */
import { CausalForestError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { kernelCode } from '../kernels/web-assembly.js';
import { dropThread, idleThreads, type PooledThread, returnThread, takeThreads } from './pool.js';
import type { Answer, Order } from './serve.js';
import { shareArrays } from './share.js';
import { machineThreads } from './spawn.js';

/** How a caller wants work to be divided, and where to say that it could not be. */
export interface Crew {
  /** Threads to use; 0 none; left out: as many as pay. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly note?: (warning: Warning) => void;
}

export interface Job {
  /** A name that the worker knows (`worker/index.ts`). */
  readonly task: string;
  /** Plain data that every part needs. */
  readonly shared: unknown;
  readonly total: number;
  /** Size of the next part, where `left` of the total are left. */
  readonly partSize: (left: number, threads: number) => number;
  /** Estimated milliseconds of one thread for the whole job. */
  readonly cost: number;
  /** Bytes that a thread takes beside what is shared. */
  readonly threadBytes: number;
  readonly onDone?: (done: number) => void;
}

/**
 * Milliseconds of work that a thread must have to pay: one that waits, and one that must be started and whose kernels must
 * be compiled first (50 and 200 ms). Measured by `npm run bench:workers -- threshold`.
 */
const LEAST_SHARE = { warm: 20, cold: 250 } as const;

/** Bytes that all threads together may take where their number was not given. */
const MOST_BYTES = 2 ** 31;

/** The worker's own source: put in place of this expression when the package is built (`scripts/bundled-code.ts`). */
const ownSource = (): string | undefined => globalThis.CAUSAL_FOREST_WORKER;

/** What a worker runs: its source, and before it the kernels' code, which the library has once. */
function workerSource(): string | undefined {
  const kernels = kernelCode();
  const source = ownSource();
  return kernels === undefined || source === undefined
    ? source
    : `globalThis.CAUSAL_FOREST_KERNELS=${JSON.stringify(kernels)};${source}`;
}

declare global {
  var CAUSAL_FOREST_WORKER: string | undefined;
}

/** Why threads could not be started here; they are not tried again. */
let refusal: string | null = null;

export async function divide<Result>(job: Job, crew: Crew): Promise<Result[] | null> {
  crew.signal?.throwIfAborted();
  const count = threadCount(job, crew);
  const source = workerSource();
  if (count === 0) return null;
  if (source === undefined) return refused(crew, 'this copy of the library was not built with their source');
  if (machineThreads() === 0) return refused(crew, 'this runtime has no worker threads');
  if (refusal !== null) return refused(crew, refusal);
  let threads: PooledThread[];
  try {
    threads = takeThreads(source, count);
  } catch (error) {
    refusal = String(error);
    return refused(crew, refusal);
  }
  if (threads.length === 0) return null;
  const results = await run<Result>(job, crew.signal, threads);
  return results ?? refused(crew, String(refusal));
}

/** Threads that a job gets: what was asked for, or as many as the machine has and the work pays for. */
function threadCount({ total, cost, threadBytes }: Job, { workers }: Crew): number {
  if (workers !== undefined) return Math.min(workers, total);
  if (ownSource() === undefined) return 0;
  const paying = Math.max(Math.min(idleThreads(), cost / LEAST_SHARE.warm), cost / LEAST_SHARE.cold);
  const most = Math.floor(Math.min(machineThreads(), total, paying, MOST_BYTES / threadBytes));
  return most > 1 ? most : 0;
}

function refused({ note }: Crew, why: string): null {
  note?.(
    warning(
      'WORKERS_UNAVAILABLE',
      `worker threads could not be started (${why}); the calling thread did their work, with the same result; workers: 0 asks for that`,
    ),
  );
  return null;
}

/** Deals out parts until none is left; null where a thread could not be started. */
function run<Result>(job: Job, signal: AbortSignal | undefined, threads: PooledThread[]): Promise<Result[] | null> {
  const results: { readonly from: number; readonly result: Result }[] = [];
  const busy = new Set(threads);
  let next = 0;
  let done = 0;
  return new Promise((resolve, reject) => {
    /** Whatever still runs is ended, so nothing is left of a job that failed or was stopped. */
    const stop = (): void => {
      signal?.removeEventListener('abort', abort);
      busy.forEach(dropThread);
      busy.clear();
    };
    const fail = (error: unknown): void => {
      stop();
      reject(error);
    };
    const abort = (): void => fail(signal?.reason);
    const feed = (thread: PooledThread): void => {
      const from = next;
      next = Math.min(job.total, from + Math.max(1, job.partSize(job.total - from, threads.length)));
      if (from < next) {
        thread.post({ kind: 'part', from, end: next } satisfies Order);
        return;
      }
      thread.post({ kind: 'finish' } satisfies Order);
      busy.delete(thread);
      returnThread(thread);
    };
    const take = (thread: PooledThread, answer: Answer): void => {
      if (answer.kind === 'failed') throw workerFailed(answer.reason);
      results.push({ from: answer.from, result: answer.result as Result });
      done += answer.end - answer.from;
      feed(thread);
      job.onDone?.(done);
      if (done < job.total) return;
      stop();
      resolve(results.sort((a, b) => a.from - b.from).map(({ result }) => result));
    };
    const lose = (thread: PooledThread, reason: unknown): void => {
      if (thread.started) throw workerFailed(String(reason));
      refusal = String(reason);
      stop();
      resolve(null);
    };
    const attempt = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        fail(error);
      }
    };
    signal?.addEventListener('abort', abort);
    attempt(() => {
      const shared = shareArrays(job.shared);
      for (const thread of threads) {
        thread.onMessage = (message) => attempt(() => take(thread, message as Answer));
        thread.onLoss = (reason) => attempt(() => lose(thread, reason));
        thread.post({ kind: 'start', task: job.task, shared } satisfies Order);
        feed(thread);
      }
    });
  });
}

const workerFailed = (reason: string): CausalForestError =>
  new CausalForestError(
    'WORKER_FAILED',
    `a worker thread failed (${reason}); where memory ran out, use fewer workers, or workers: 0 for the calling thread`,
  );
