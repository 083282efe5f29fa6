/** What a leaf keeps of the rows that fill it: averages of products, by forest type. Prediction needs nothing else. */
import type { Problem } from './frames.js';
import { HAZARD, INSTRUMENT, isVector, MEAN, RATIO } from './targets.js';

/**
 * Averages over rows[from … end) into out[at …]: of q, qY for a mean; of q, qY, qW, qWY, qW² for a slope; of q, 0, 0, qWY, qW² for a
 * ratio, which is a slope without intercept and is read as one; of q, qδ for a hazard, whose curves are made of rows; of q, qY,
 * qW, qZ, qZY, qZW, qZ² for an instrument; for several outcomes and treatments see `writeVectors`.
 */
export function writeMoments(p: Problem, rows: I32, from: i32, end: i32, out: F64, at: i32): void {
  if (p.kind === MEAN) writeMean(p, p.outcome, rows, from, end, out, at);
  else if (p.kind === HAZARD) writeMean(p, p.treatment, rows, from, end, out, at);
  else if (isVector(p)) writeVectors(p, rows, from, end, out, at);
  else if (p.kind === INSTRUMENT) writeInstrument(p, rows, from, end, out, at);
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

function writeInstrument(p: Problem, rows: I32, from: i32, end: i32, out: F64, at: i32): void {
  const { outcome, treatment, instrument, weight, weighted } = p;
  for (let m: i32 = 0; m < 7; m++) out[at + m] = 0;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = rows[k];
    const q: f64 = weighted !== 0 ? weight[row] : 1;
    const z: f64 = q * instrument[row];
    out[at] += q;
    out[at + 1] += q * outcome[row];
    out[at + 2] += q * treatment[row];
    out[at + 3] += z;
    out[at + 4] += z * outcome[row];
    out[at + 5] += z * treatment[row];
    out[at + 6] += z * instrument[row];
  }
  const scale: f64 = 1 / <f64>(end - from);
  for (let m: i32 = 0; m < 7; m++) out[at + m] *= scale;
}

/** Moments of a leaf for so many treatments and outcomes. */
export function vectorMoments(treatments: i32, outcomes: i32): i32 {
  return 1 + outcomes + treatments + treatments * outcomes + ((treatments * (treatments + 1)) >> 1);
}

/** In this order: q; qY₁ …; qW₁ …; for each outcome qW₁Y, qW₂Y …; the lower triangle of qWW' row by row. */
function writeVectors(p: Problem, rows: I32, from: i32, end: i32, out: F64, at: i32): void {
  const { outcome, treatment, weight, weighted, rowCount, outcomeCount, treatmentCount } = p;
  const size: i32 = vectorMoments(treatmentCount, outcomeCount);
  for (let m: i32 = 0; m < size; m++) out[at + m] = 0;
  for (let i: i32 = from; i < end; i++) {
    const row: i32 = rows[i];
    const q: f64 = weighted !== 0 ? weight[row] : 1;
    // `array[next++] += x` would count twice in AssemblyScript.
    let next: i32 = at + 1;
    out[at] += q;
    for (let m: i32 = 0; m < outcomeCount; m++, next++) out[next] += q * outcome[m * rowCount + row];
    for (let k: i32 = 0; k < treatmentCount; k++, next++) out[next] += q * treatment[k * rowCount + row];
    for (let m: i32 = 0; m < outcomeCount; m++)
      for (let k: i32 = 0; k < treatmentCount; k++, next++)
        out[next] += q * treatment[k * rowCount + row] * outcome[m * rowCount + row];
    for (let k: i32 = 0; k < treatmentCount; k++)
      for (let l: i32 = 0; l <= k; l++, next++)
        out[next] += q * treatment[k * rowCount + row] * treatment[l * rowCount + row];
  }
  const scale: f64 = 1 / <f64>(end - from);
  for (let m: i32 = 0; m < size; m++) out[at + m] *= scale;
}
