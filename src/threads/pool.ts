/**
 * Warm threads. A thread's first trees pay for its start (about 50 ms) and for compiling the kernels (about 200 ms), so
 * threads are kept when their work is done, lent to whoever asks next, and let go when nobody has for a while.
 * Idle threads never keep a process alive.
 */
import { machineThreads, spawnThread, type Thread } from './spawn.js';

/** A thread and whoever listens to it at the moment. */
export interface PooledThread extends Thread {
  /** It has started and can speak. */
  started: boolean;
  onMessage: (message: unknown) => void;
  onLoss: (reason: unknown) => void;
}

/** Milliseconds that an idle thread is kept: longer than a reader looks at one result before asking for the next. */
const KEEP_IDLE = 30_000;

const idle: PooledThread[] = [];
let alive = 0;
let letGo: ReturnType<typeof setTimeout> | undefined;

/** Threads that wait for work, with their kernels compiled. */
export const idleThreads = (): number => idle.length;

/**
 * Up to `count` threads, warm ones first; fewer, or none, while others have them: no more live at once than the machine
 * runs, or than are asked for here. They are the caller's until `returnThread` or `dropThread`.
 * @throws whatever the platform refuses with
 */
export function takeThreads(source: string, count: number): PooledThread[] {
  const taken = idle.splice(0, count);
  const most = Math.max(count, machineThreads());
  try {
    while (taken.length < count && alive < most) taken.push(startThread(source));
  } catch (refusal) {
    taken.forEach(dropThread);
    throw refusal;
  }
  for (const thread of taken) thread.hold(true);
  return taken;
}

export function returnThread(thread: PooledThread): void {
  thread.onMessage = ignore;
  thread.onLoss = () => dropThread(thread);
  thread.hold(false);
  idle.push(thread);
  clearTimeout(letGo);
  letGo = setTimeout(() => [...idle].forEach(dropThread), KEEP_IDLE);
  // A timer keeps a Node process alive unless told otherwise; browsers' timers are numbers.
  if (typeof letGo === 'object') letGo.unref();
}

/** Ends a thread, whatever it does. */
export function dropThread(thread: PooledThread): void {
  const at = idle.indexOf(thread);
  if (at >= 0) idle.splice(at, 1);
  thread.onMessage = thread.onLoss = ignore;
  thread.close();
}

const ignore = (): void => {};

function startThread(source: string): PooledThread {
  let open = true;
  const thread: Thread = spawnThread(source, {
    onMessage(message) {
      if (message === 'started') pooled.started = true;
      else pooled.onMessage(message);
    },
    onLoss: (reason) => pooled.onLoss(reason),
  });
  alive++;
  const pooled: PooledThread = {
    started: false,
    onMessage: ignore,
    onLoss: ignore,
    post: thread.post,
    hold: thread.hold,
    close() {
      if (open) alive--;
      open = false;
      thread.close();
    },
  };
  return pooled;
}
