/**
 * Tasks on several processes: forests keep one core busy, and the samples and studies here are independent. Results
 * stand in the order of the tasks and do not depend on how many processes there are.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What a child sends: that it is ready, that a part of its task is done, a task's result, or why it failed. */
type Message<Result> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'part' }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Runs every task in a child running `script`, which calls `serveTasks`.
 * @param onPart called once for each part that a child reports
 * @throws Error with the child's message where a task fails or a child ends early; the other children are stopped
 */
export async function runTasks<Task extends object, Result>(
  script: URL,
  tasks: readonly Task[],
  onPart: () => void = () => {},
): Promise<readonly Result[]> {
  const results = new Array<Result>(tasks.length);
  const children: ChildProcess[] = [];
  let next = 0;
  const serve = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(script);
      children.push(child);
      let current = -1;
      child.on('error', reject);
      child.on('exit', () => reject(new Error(`a process of ${script.pathname} ended before its task`)));
      child.on('message', (message: Message<Result>) => {
        if (message.kind === 'part') return onPart();
        if (message.kind === 'failed') return reject(new Error(message.message));
        if (message.kind === 'result') results[current] = message.result;
        current = next++;
        if (current < tasks.length) child.send(tasks[current] as Task);
        else {
          resolve();
          child.disconnect();
        }
      });
    });
  const count = Math.min(availableParallelism(), tasks.length);
  try {
    await Promise.all(Array.from({ length: count }, serve));
  } finally {
    for (const child of children) if (child.exitCode === null && child.connected) child.kill();
  }
  return results;
}

/** The child's side: handles tasks one after the other until the parent disconnects. */
export function serveTasks<Task, Result>(handle: (task: Task, onPart: () => void) => Promise<Result>): void {
  const send = (message: Message<Result>) => process.send?.(message);
  process.on('message', (task: Task) => {
    handle(task, () => send({ kind: 'part' })).then(
      (result) => send({ kind: 'result', result }),
      (error: unknown) =>
        send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? '') : String(error) }),
    );
  });
  send({ kind: 'ready' });
}

/** A line on standard error that says how far the work is and how long it took: rewritten on a terminal, else each tenth. */
export function progressLine(label: string, total: number): () => void {
  const start = Date.now();
  let done = 0;
  return () => {
    done++;
    const seconds = ((Date.now() - start) / 1000).toFixed(0);
    const text = `${label}: ${done} of ${total}, ${seconds} s`;
    if (process.stderr.isTTY) process.stderr.write(`\r${text}${done === total ? '\n' : ''}`);
    else if (done === total || Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total))
      process.stderr.write(`${text}\n`);
  };
}
