/** A worker of a few lines, with tasks that show what happened to an order. */
globalThis.CAUSAL_FOREST_WORKER = `
  let job = null;
  let seen = 0;
  onmessage = ({ data }) => {
    if (data.kind === 'start') job = data;
    if (data.kind !== 'part') return;
    const { from, end } = data;
    seen++;
    const done = (result) => postMessage({ kind: 'done', from, end, result });
    if (job.task === 'range') done({ from, end });
    if (job.task === 'memory') done(job.shared.values.buffer instanceof SharedArrayBuffer);
    if (job.task === 'write') { Atomics.add(job.shared.values, 0, end - from); done(null); }
    if (job.task === 'seen') done(seen);
    if (job.task === 'fail') postMessage({ kind: 'failed', reason: 'RangeError: too large' });
    if (job.task === 'end') process.exit(3);
    if (job.task === 'hang') for (;;);
  };
  postMessage('started');
`;
