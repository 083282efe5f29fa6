/** A child of run.ts: simulates the studies it is sent and estimates the stated numbers. */
import { type PercentInterval, startAnalysis } from '../../examples/service-training/estimate.js';
import { FIGURE_ROWS } from '../../examples/service-training/figures.js';
import { serveTasks } from '../../examples/service-training/processes.js';
import { drawStudy, studyColumns } from '../../examples/service-training/study.js';
import { thePopulation } from '../../examples/service-training/truth.js';

export interface StudyTask {
  readonly seed: number;
  readonly numTrees: number;
}

const STATED_ROWS = FIGURE_ROWS.filter(({ reported }) => reported !== null);

const population = thePopulation();

serveTasks<StudyTask, readonly PercentInterval[]>(async ({ seed, numTrees }, onPart) => {
  const table = studyColumns(drawStudy(seed, population));
  const intervals = await startAnalysis(table, { numTrees, seed }).estimate(STATED_ROWS);
  onPart();
  return intervals;
});
