/** The thread's side of `divide.ts`: takes a job, answers its parts one by one, forgets it. */
import { buffersOf } from './share.js';

/** One kind of work. Given what all parts share, it does any range of them; `finish` gives back what it borrowed. */
export type Task = (shared: never) => {
  readonly run: (from: number, end: number) => unknown;
  readonly finish?: () => void;
};

export type Order =
  | { readonly kind: 'start'; readonly task: string; readonly shared: unknown }
  | { readonly kind: 'part'; readonly from: number; readonly end: number }
  | { readonly kind: 'finish' };

export type Answer =
  | { readonly kind: 'done'; readonly from: number; readonly end: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a worker's global scope offers. */
interface Scope {
  onmessage: ((event: { readonly data: Order }) => void) | null;
  postMessage(message: Answer | 'started', transfer?: readonly ArrayBuffer[]): void;
}

/** Answers orders for ever. Called once, by the thread's own source. */
export function serve(tasks: Readonly<Record<string, Task>>, scope: Scope = globalThis as unknown as Scope): void {
  let job: ReturnType<Task> | null = null;
  const obey = (order: Order): void => {
    if (order.kind === 'start') {
      job = (tasks[order.task] as Task)(order.shared as never);
    } else if (order.kind === 'finish') {
      job?.finish?.();
      job = null;
    } else if (job) {
      const { from, end } = order;
      const result = job.run(from, end);
      scope.postMessage({ kind: 'done', from, end, result }, [...buffersOf(result)]);
    }
  };
  scope.onmessage = ({ data }) => {
    try {
      obey(data);
    } catch (error) {
      job = null;
      scope.postMessage({ kind: 'failed', reason: String(error) });
    }
  };
  scope.postMessage('started');
}
