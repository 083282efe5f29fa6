/**
 * Memory of a fit before it is begun: the sizes of its arrays, from the numbers of rows, covariates and trees
 * (`forest/forest-memory.ts`, `nuisance/stack-memory.ts`, `refined/memory.ts`). Steps follow each other, and what a step leaves
 * lies beside the next: trees and columns that are needed later, and machines that are kept for later use.
 */
import { requireInteger } from '../base/options.js';
import { forestMemory } from '../forest/forest-memory.js';
import { resolveForestOptions } from '../forest/forest-options.js';
import { nuisanceTrees } from '../nuisance/forest-nuisance.js';
import { FOREST_SHARE } from '../nuisance/stack.js';
import { stackMemory } from '../nuisance/stack-memory.js';
import {
  type CausalForestOptions,
  checkCausalForestOptions,
  resolveEstimator,
  resolveNuisanceMethod,
} from './causal-options.js';
import { type RefinedMemory, refinedMemory } from './refined/memory.js';

/** Bytes, each a ceiling of arrays. */
export interface MemoryEstimate {
  /** What is fitted and stays: nodes, leaves, what bags drew, how covariates are coded; coefficients and draws of refined effects. */
  readonly forest: number;
  /**
   * While it is fitted: coded and sorted covariates, engines' lists, trees being written; nuisance forests, or the stack's
   * columns and boosted trees; refined effects' columns and chains. The step that takes most.
   */
  readonly training: number;
  /** While it predicts, out of bag or new rows: one block of rows and their leaves, and the results; refined effects' columns. */
  readonly prediction: number;
  /** The most at any one time, with what steps before have left: what to have free beside the table (8 bytes a number). */
  readonly peak: number;
}

const NOT_REFINED: RefinedMemory = { kept: 0, members: 0, after: 0, prediction: 0, machine: 0 };

/**
 * What `fitCausalForest` takes, before anything is fitted, for both estimators and both ways to nuisances: ceilings of its
 * arrays. Whole fits of 20,000 to 300,000 rows took 0.7 to 1.07 times `peak` (`bench/README.md`, "Memory"), garbage that was not
 * yet collected included; the program comes on top (Node: about 50 MB, and 10 to 20 for what a fit compiles). This is one thread's
 * (`workers: 0`): each worker adds its own `training` or `prediction`, whichever is larger, and all of them together one copy
 * of the columns, a stack's among them, and the forest. Covariates are taken to be numbers without missing cells: flags of
 * missing cells, and levels of categories (at most 20 each), are further columns of stacks and refined effects. Clusters of
 * unequal size may make trees somewhat larger.
 *
 * @param options as for `fitCausalForest`; those that do not touch memory may be left out
 * @param rowCount rows of the trial
 * @param covariateCount its covariates
 * @throws InvalidOptionError, and InvalidDataError where the rows are too few for these options
 */
export function estimateMemory(options: CausalForestOptions, rowCount: number, covariateCount: number): MemoryEstimate {
  requireInteger('rowCount', rowCount, { min: 1 });
  requireInteger('covariateCount', covariateCount, { min: 1 });
  checkCausalForestOptions(options);
  const isRefined = resolveEstimator(options.estimator) === 'refined';
  const isStack = resolveNuisanceMethod(options) === 'stack';
  const frame = { rowCount, covariateCount, clusters: null, weights: null };
  const settings = resolveForestOptions({ ...options, equalizeClusterWeights: false }, frame);
  const targets = [options.outcomeHat, options.treatmentHat].filter((given) => given === undefined).length;
  const trees = targets > 0 ? nuisanceTrees(settings.numTrees, isStack ? FOREST_SHARE : undefined) : 0;

  const plain = forestMemory(settings, rowCount, covariateCount, trees);
  const stack = stackMemory(rowCount, covariateCount, isStack ? targets : 0);
  const refined = isRefined ? refinedMemory(rowCount, covariateCount, settings) : NOT_REFINED;

  const forest = plain.forest + refined.kept;
  const always = plain.codes + plain.rows;
  const ofStack = always + stack.members;
  const forests = plain.training + stack.besideForests;
  const members = always + refined.members;
  const chains = always + refined.after;
  const prediction = plain.prediction + refined.prediction;
  // Small engines are kept, with all of the memory that the stack's regressions had; large ones hand it on.
  const engineStays = plain.keptEngines > 0;
  const engines = engineStays ? Math.max(plain.keptEngines, stack.machine) : 0;
  const handedOn = engineStays ? 0 : stack.machine;
  const kept = forest + plain.keptNuisancePass;
  const machine = Math.max(plain.pass, refined.machine, handedOn);
  return Object.freeze({
    forest,
    training: Math.max(ofStack, forests, isRefined ? Math.max(members, chains + refined.machine) : 0),
    prediction,
    peak: Math.max(
      plain.cuts + ofStack,
      plain.cuts + forests + beyond(stack.machine, plain.engines),
      kept + plain.training + beyond(stack.machine, plain.engines),
      isRefined ? kept + engines + members + beyond(handedOn, refined.machine) : 0,
      isRefined ? kept + engines + chains + machine : 0,
      kept + engines + plain.rows + prediction + beyond(machine, plain.pass),
    ),
  });
}

/** What a machine's memory has too much, if it comes from a larger one. */
const beyond = (given: number, needed: number): number => Math.max(0, given - needed);
