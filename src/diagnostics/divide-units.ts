/** Rows of a trial divided by chance into parts of nearly equal size: whole clusters where there are any, else by arm. */
import type { Trial } from '../data/trial.js';
import type { RandomStream } from '../math/random.js';

/**
 * @returns the rows of each part, ascending. Without clusters, each part holds its share of treated and of controls,
 *   up to one row; with clusters, its share of clusters
 */
export function divideUnits(
  { rowCount, clusters, treatment }: Trial,
  parts: number,
  stream: RandomStream,
): Int32Array[] {
  const unitCount = clusters ? clusters.count : rowCount;
  const units = Int32Array.from({ length: unitCount }, (_, unit) => unit);
  shuffle(units, stream);
  const inArm = (arm: number) => units.filter((row) => treatment.values[row] === arm);
  const dealt = !clusters && treatment.kind === 'binary' ? concatenated(inArm(1), inArm(0)) : units;
  const partOf = new Int32Array(unitCount);
  dealt.forEach((unit, place) => {
    partOf[unit] = place % parts;
  });
  const rows: number[][] = Array.from({ length: parts }, () => []);
  for (let row = 0; row < rowCount; row++) rows[partOf[clusters ? clusters.ids[row] : row]].push(row);
  return rows.map((part) => Int32Array.from(part));
}

/** In place, every order equally likely (Durstenfeld 1964). */
export function shuffle(values: Int32Array, stream: RandomStream): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = stream.below(last + 1);
    const value = values[last];
    values[last] = values[other];
    values[other] = value;
  }
}

/** One after the other. */
export function concatenated(first: Int32Array, second: Int32Array): Int32Array {
  const both = new Int32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
