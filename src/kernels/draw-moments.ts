/** Sums over draws of what trees say of rows, and of what rows lose by it (`causal/bayesian/draw-moments.ts`). */
import type { Moments } from './additive-frames.js';

/** Adds a draw. @returns Σ precision·r² */
export function addDraw(m: Moments): f64 {
  return m.hasUnits === 0 ? addRows(m) : addUnits(m);
}

/** Each row alone: in one pass. */
function addRows(m: Moments): f64 {
  const { rowCount, outcome, treatment, precision, fitted, sum, squares, loss, product } = m;
  const { constant, perNoise, perStart, level } = m;
  let total: f64 = 0;
  for (let i: i32 = 0; i < rowCount; i++) {
    const fit: f64 = fitted[i];
    const said: f64 = outcome[i];
    const times: f64 = treatment[i];
    const counts: f64 = precision[i];
    const residual: f64 = said - times * fit;
    const start: f64 = said - times * constant;
    const square: f64 = residual * residual;
    const own: f64 = counts * (perNoise * square - perStart * (start * start) + level);
    const difference: f64 = fit - constant;
    total += counts * square;
    loss[i] += own;
    sum[i] += difference;
    squares[i] += difference * difference;
    product[i] += difference * own;
  }
  return total;
}

/** What a unit loses is known when all of its rows have been seen. */
function addUnits(m: Moments): f64 {
  const { rowCount, unitCount, outcome, treatment, precision, fitted, unit, now, sum, squares, loss, product } = m;
  const { constant, perNoise, perStart, level } = m;
  let total: f64 = 0;
  for (let u: i32 = 0; u < unitCount; u++) now[u] = 0;
  for (let i: i32 = 0; i < rowCount; i++) {
    const residual: f64 = outcome[i] - treatment[i] * fitted[i];
    const start: f64 = outcome[i] - treatment[i] * constant;
    const square: f64 = residual * residual;
    total += precision[i] * square;
    now[unit[i]] += precision[i] * (perNoise * square - perStart * (start * start) + level);
  }
  for (let u: i32 = 0; u < unitCount; u++) loss[u] += now[u];
  for (let i: i32 = 0; i < rowCount; i++) {
    const difference: f64 = fitted[i] - constant;
    sum[i] += difference;
    squares[i] += difference * difference;
    product[i] += difference * now[unit[i]];
  }
  return total;
}
