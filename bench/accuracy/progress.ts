/** How far a run has come: one line on the terminal, nothing where standard error is a file. */
export const progressLine =
  (unit: string, total: number) =>
  (done: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} ${unit}${done === total ? '\n' : ''}`);
  };
