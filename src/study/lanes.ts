/**
 * Jobs in order, a few at a time: while one job prepares or sums up on the calling thread, another keeps the worker threads
 * busy. Results come in the order of the jobs. After a failure no further job starts, those under way are waited for, and
 * the first failure is thrown.
 */
export async function runInLanes<Result>(
  jobs: readonly (() => Promise<Result>)[],
  lanes: number,
): Promise<readonly Result[]> {
  const results = new Array<Result>(jobs.length);
  const failures: unknown[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && failures.length === 0) {
      const job = next++;
      try {
        results[job] = await jobs[job]();
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
