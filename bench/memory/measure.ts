/** Cases of memory, each in a process of its own. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundlePrograms } from '../speed/bundle.js';
import type { MemoryCase, MemoryFigures } from './case-process.js';

export interface Measured extends MemoryFigures {
  /** MB that a fit of few rows takes: the program's own, whatever the data. */
  readonly own: number;
  /** (peak − own) over the estimate. */
  readonly ratio: number;
}

/** Few enough that arrays weigh nothing. */
const FEW = { rows: 400, covariates: 3, trees: 50 } as const;

/** `close` takes the bundle away. */
export async function openMeasure(): Promise<{
  readonly measure: (given: MemoryCase) => Measured;
  readonly close: () => void;
}> {
  const [program] = await bundlePrograms([new URL('./case-process.ts', import.meta.url)]);
  const run = (given: MemoryCase): MemoryFigures =>
    JSON.parse(execFileSync(process.execPath, ['--expose-gc', program, JSON.stringify(given)], { encoding: 'utf8' }));
  return {
    measure(given) {
      const own = run({ ...given, ...FEW }).peak;
      const figures = run(given);
      return { ...figures, own, ratio: (figures.peak - own) / figures.estimated.peak };
    },
    close: () => rmSync(dirname(program), { recursive: true }),
  };
}
