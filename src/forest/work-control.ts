/** How long work is watched and stopped: progress by counts, abort by signal, and pauses that let the caller's thread breathe. */

/** What a caller may pass to any function that takes long. */
export interface WorkControl {
  /** Called at most about 20 times a second, and at the end of each phase. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the work: the promise rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

export interface Progress {
  /** What is being done, e.g. 'outcome forest'. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export const CONTROL_NAMES = ['onProgress', 'signal'] as const satisfies readonly (keyof WorkControl)[];

/** Milliseconds between pauses: short enough for a smooth page, long enough that pausing costs under 3 %. */
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
