/** What a leaf keeps of the rows that fill it: averages of products, by forest type. Prediction needs nothing else. */
import type { Problem } from './frames.js';
import { HAZARD, MEAN, RATIO } from './targets.js';

/**
 * Averages over rows[from … end) into out[at …]: of q, qY for a mean; of q, qY, qW, qWY, qW² for a slope; of q, 0, 0, qWY, qW² for a
 * ratio, which is a slope without intercept and is read as one; of q, qδ for a hazard, whose curves are made of rows.
 */
export function writeMoments(p: Problem, rows: I32, from: i32, end: i32, out: F64, at: i32): void {
  if (p.kind === MEAN) writeMean(p, p.outcome, rows, from, end, out, at);
  else if (p.kind === HAZARD) writeMean(p, p.treatment, rows, from, end, out, at);
  else writeSlope(p, rows, from, end, out, at);
  if (p.kind === RATIO) {
    out[at + 1] = 0;
    out[at + 2] = 0;
  }
}

function writeMean(p: Problem, values: F64, rows: I32, from: i32, end: i32, out: F64, at: i32): void {
  const { weight, weighted } = p;
  let q: f64 = 0;
  let qy: f64 = 0;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = rows[k];
    const ofRow: f64 = weighted !== 0 ? weight[row] : 1;
    q += ofRow;
    qy += ofRow * values[row];
  }
  const scale: f64 = 1 / <f64>(end - from);
  out[at] = q * scale;
  out[at + 1] = qy * scale;
}

function writeSlope(p: Problem, rows: I32, from: i32, end: i32, out: F64, at: i32): void {
  const { outcome, treatment, weight, weighted } = p;
  let q: f64 = 0;
  let qy: f64 = 0;
  let qw: f64 = 0;
  let qwy: f64 = 0;
  let qww: f64 = 0;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = rows[k];
    const ofRow: f64 = weighted !== 0 ? weight[row] : 1;
    const y: f64 = outcome[row];
    const w: f64 = treatment[row];
    q += ofRow;
    qy += ofRow * y;
    qw += ofRow * w;
    qwy += ofRow * w * y;
    qww += ofRow * w * w;
  }
  const scale: f64 = 1 / <f64>(end - from);
  out[at] = q * scale;
  out[at + 1] = qy * scale;
  out[at + 2] = qw * scale;
  out[at + 3] = qwy * scale;
  out[at + 4] = qww * scale;
}
