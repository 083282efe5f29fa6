/** One line on a terminal's standard error that says how far long work is; nothing where it is no terminal. */
import type { Progress } from '../forest/work-control.js';
import type { Surroundings } from './output.js';

const WIDTH = 24;

export interface ProgressLine {
  readonly onProgress: (progress: Progress) => void;
  /** Takes the line away. */
  clear(): void;
}

export function progressLine({ stderr }: Surroundings, quiet: boolean): ProgressLine {
  if (quiet || !stderr.isTTY) return { onProgress: () => {}, clear: () => {} };
  let shown = false;
  return {
    onProgress({ phase, done, total }) {
      const filled = total > 0 ? Math.round((WIDTH * done) / total) : 0;
      stderr.write(`\r\x1b[K${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total} ${phase}`);
      shown = true;
    },
    clear() {
      if (shown) stderr.write('\r\x1b[K');
      shown = false;
    },
  };
}
