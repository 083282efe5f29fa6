/**
 * One thread, in Node (worker_threads) and in browsers (Worker) alike, started from source text. Text is the only form that
 * reaches a worker from every place this library may stand: a bundle has no file of ours to point at.
 * The platform is found at run time, so that no bundler meets an import it cannot follow.
 */

/** A running thread. Messages are structured clones. */
export interface Thread {
  post(message: unknown): void;
  /** Whether the process must wait for it; browsers have no such notion. */
  hold(held: boolean): void;
  close(): void;
}

export interface ThreadListener {
  onMessage(message: unknown): void;
  /** The thread is lost: it could not start, ran out of memory, or ended by itself. */
  onLoss(reason: unknown): void;
}

/** What is used of node:worker_threads and node:os. */
interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: string, listener: (value: unknown) => void): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}
interface NodeThreads {
  readonly Worker: new (source: string, options: { eval: true; execArgv: string[] }) => NodeWorker;
}
interface NodeMachine {
  availableParallelism(): number;
}

/** A module of Node (20.16 or later), or null elsewhere. */
const nodeModule = <T>(name: string): T | null =>
  (
    globalThis as { readonly process?: { readonly getBuiltinModule?: (name: string) => T | undefined } }
  ).process?.getBuiltinModule?.(name) ?? null;

/** Node's worker as the browser's: the source speaks through `postMessage` and `onmessage` alone. */
const NODE_PRELUDE = `{
  const { parentPort } = require('node:worker_threads');
  globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
  parentPort.on('message', (data) => globalThis.onmessage({ data }));
}
`;

/** Threads that the machine runs at once; 0 where no thread can be started. */
export function machineThreads(): number {
  const machine = nodeModule<NodeMachine>('node:os');
  if (machine) return machine.availableParallelism();
  return typeof Worker === 'function' && typeof Blob === 'function'
    ? (globalThis.navigator?.hardwareConcurrency ?? 1)
    : 0;
}

/** Starts a thread. @throws whatever the platform refuses with; it may also refuse later, by `onLoss` */
export function spawnThread(source: string, listener: ThreadListener): Thread {
  const threads = nodeModule<NodeThreads>('node:worker_threads');
  return threads ? spawnInNode(threads, source, listener) : spawnInBrowser(source, listener);
}

function spawnInNode({ Worker }: NodeThreads, source: string, { onMessage, onLoss }: ThreadListener): Thread {
  // Without the process's own flags: loaders and debuggers would start again in every thread.
  const worker = new Worker(NODE_PRELUDE + source, { eval: true, execArgv: [] });
  worker.on('message', onMessage);
  worker.on('error', onLoss);
  worker.on('exit', (code) => onLoss(new Error(`the thread ended with exit code ${code}`)));
  return {
    post: (message) => worker.postMessage(message),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    close: () => void worker.terminate(),
  };
}

function spawnInBrowser(source: string, { onMessage, onLoss }: ThreadListener): Thread {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onLoss(new Error(event.message || 'the page does not allow workers from blob: addresses'));
  };
  return {
    post: (message) => worker.postMessage(message),
    hold: () => {},
    close() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
