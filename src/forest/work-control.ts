/**
 * How long work is watched, stopped and divided: progress by counts, abort by signal, pauses that let the caller's thread
 * breathe, and how many threads do the work.
 */
import { requireInteger } from '../base/options.js';
import type { Warning } from '../base/warnings.js';

/** What a caller may pass to any function that takes long. */
export interface WorkControl {
  /** Called at most about 20 times a second, and at the end of each phase. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the work: the promise rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
  /**
   * Worker threads that share the work; the result is the same to the last bit whatever their number. 0: the calling
   * thread does everything. Default: as many as the machine runs at once, fewer or none where the work is too short to
   * pay for them. Where they cannot be started (a page's security policy, Node before 20.16) the calling thread serves,
   * and the result's warnings say so (`WORKERS_UNAVAILABLE`).
   */
  readonly workers?: number;
}

/** A fit's control, checked, with a place for warnings about how the work went. */
export interface Work extends WorkControl {
  readonly note?: (warning: Warning) => void;
}

/** How far long work has come. */
export interface Progress {
  /** What is being done, e.g. 'outcome forest'. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export const CONTROL_NAMES = ['onProgress', 'signal', 'workers'] as const satisfies readonly (keyof WorkControl)[];

/** Threads are no use beyond any machine's cores; more is a slip. */
const MOST_WORKERS = 1024;

/** Checks a fit's control. Warnings of one code are kept once. @throws InvalidOptionError */
export function startWork({ onProgress, signal, workers }: WorkControl): {
  readonly work: Work;
  readonly warnings: readonly Warning[];
} {
  if (workers !== undefined) requireInteger('workers', workers, { min: 0, max: MOST_WORKERS });
  const warnings: Warning[] = [];
  const note = (given: Warning): void => {
    if (!warnings.some(({ code }) => code === given.code)) warnings.push(given);
  };
  const work: Work = {
    note,
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
    ...(workers === undefined ? {} : { workers }),
  };
  return { work, warnings };
}

/** Reports how far a phase is, at most every PAUSE_EVERY milliseconds; its end always. */
export function progressOf(phase: string, total: number, { onProgress }: WorkControl): (done: number) => void {
  let last = Date.now();
  return (done) => {
    if (done < total && Date.now() - last < PAUSE_EVERY) return;
    last = Date.now();
    onProgress?.({ phase, done, total });
  };
}

/** Milliseconds between pauses: short enough for a smooth page, long beside the millisecond or so that a pause takes. */
const PAUSE_EVERY = 50;

/** Runs `steps` steps of one phase in order, with progress, pauses and abort between them. */
export async function runSteps(
  phase: string,
  steps: number,
  control: WorkControl,
  step: (k: number) => void,
): Promise<void> {
  let last = Date.now();
  for (let k = 0; k < steps; k++) {
    control.signal?.throwIfAborted();
    step(k);
    if (Date.now() - last < PAUSE_EVERY) continue;
    control.onProgress?.({ phase, done: k + 1, total: steps });
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = Date.now();
  }
  control.signal?.throwIfAborted();
  control.onProgress?.({ phase, done: steps, total: steps });
}
