/**
 * Memory of penalised regressions before they are fitted: columns of a basis are nearly all of it, once as they are and once
 * arranged in a machine. Covariates are taken to be numbers without missing cells, all of whose columns differ.
 */
import { type BasisOptions, resolveBasis } from './basis-plan.js';
import { columnsBytes } from './columns.js';

const DOUBLE = 8;

/** Columns that a basis makes of so many numbers. */
export function basisColumnCount(numbers: number, options: BasisOptions = {}): number {
  const { shape, knots, mostProducts } = resolveBasis(options);
  if (shape === 'linear') return numbers;
  const factors = Math.min(numbers, mostProducts);
  return (1 + knots) * numbers + (factors * (factors + 1)) / 2;
}

/** Bytes of a design's columns. */
export const designBytes = (rowCount: number, columnCount: number): number => DOUBLE * rowCount * columnCount;

/** Columns in a machine behind those of the design: ones, and the target. */
const ADDED = 2;
/** Bytes a row beside the machine: target, weights, places, a fold's predictions, and those out of fold. */
const ROW = 64;
/** Bytes a row of a logistic fit: η and residual; and of what all fits share. */
const BINOMIAL_ROW = 16;
const SHARED_BINOMIAL_ROW = 24;

/** What stays of a regression's machine: its memory, for the next that needs some. */
export const machineOfRegression = (rowCount: number, columnCount: number): number =>
  columnsBytes(rowCount, columnCount + ADDED);

/** Bytes of a fit along its path (`fit-penalized.ts`) beside its design, cross-validated in so many folds. */
export function regressionBytes(
  rowCount: number,
  columnCount: number,
  {
    family,
    folds,
    penaltyCount,
  }: {
    readonly family: 'gaussian' | 'binomial';
    readonly folds: number;
    readonly penaltyCount: number;
  },
): number {
  const fits = folds + 1;
  // Of each fit the cross products, and the Hessian that they become; a descent's room.
  const matrices = DOUBLE * (2 * fits + 2) * (columnCount + ADDED) ** 2;
  const coefficients = DOUBLE * penaltyCount * folds * columnCount;
  const ofLogistic = family === 'binomial' ? rowCount * (BINOMIAL_ROW * fits + SHARED_BINOMIAL_ROW) : 0;
  return machineOfRegression(rowCount, columnCount) + matrices + coefficients + ROW * rowCount + ofLogistic;
}
