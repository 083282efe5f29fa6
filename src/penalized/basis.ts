/** Makes a basis of a trial's covariates (`basis-plan.ts` says which columns), and columns of a basis for any rows. */
import { InvalidOptionError } from '../base/errors.js';
import type { CategoryCovariate, Covariate, NumericCovariate } from '../data/trial.js';
import { streamFor } from '../math/random.js';
import {
  type Basis,
  type BasisOptions,
  type Filling,
  type ResolvedBasis,
  resolveBasis,
  type Term,
  termName,
} from './basis-plan.js';
import type { Design } from './design.js';

/** Columns of a basis for some rows, each less its training mean and divided by its training deviation. */
export interface BasisColumns {
  readonly design: Design;
  /** Cells outside the training range, which were taken at its end; 0 for the training rows. */
  readonly cellsHeld: number;
}

/** A category's level needs so many rows to have a column of its own: fewer tell nothing apart from noise. */
const FEWEST_OF_LEVEL = 10;

/** Columns whose correlation is nearer to ±1 than this are one column twice, up to rounding. */
const SAME = 1e-9;

/**
 * @param weights sample weights, which means and deviations take into account; null: 1
 * @returns the recipe, and the training rows' columns
 * @throws InvalidOptionError
 */
export function planBasis(
  covariates: readonly Covariate[],
  rowCount: number,
  weights: Float64Array | null,
  options: BasisOptions = {},
): { readonly basis: Basis; readonly design: Design } {
  const settings = resolveBasis(options);
  if (settings.relevance && settings.relevance.length !== covariates.length)
    throw new InvalidOptionError('relevance', settings.relevance, `${covariates.length} numbers, one per covariate`);
  const fillings = covariates.map((covariate) =>
    covariate.kind === 'category' ? null : fillingOf(covariate, weights),
  );
  const dropped: Basis['dropped'][number][] = [];
  const terms = planTerms(covariates, fillings, settings, dropped);

  const columns: number[] = [];
  const centre: number[] = [];
  const scale: number[] = [];
  const values = new Float64Array(terms.length * rowCount);
  const place = (j: number): Float64Array => values.subarray(j * rowCount, (j + 1) * rowCount);
  const prints = new Map<number, number[]>();
  const stream = streamFor(0, 'fingerprints');
  const print = Float64Array.from({ length: rowCount }, () => stream.uniform());
  eachTerm(covariates, fillings, terms, rowCount, (k, column) => {
    const { mean, deviation, size } = momentsOf(column, weights);
    if (!(deviation > 1e-12 * size)) {
      dropped.push(Object.freeze({ name: termName(terms, k, covariates), reason: 'constant' }));
      return;
    }
    standardizeInto(column, mean, deviation, place(columns.length));
    if (isRepeated(columns.length, place, prints, print)) {
      dropped.push(Object.freeze({ name: termName(terms, k, covariates), reason: 'duplicate' }));
      return;
    }
    columns.push(k);
    centre.push(mean);
    scale.push(deviation);
  });
  const basis: Basis = Object.freeze({
    covariates: Object.freeze(covariates.map(({ name, kind }) => Object.freeze({ name, kind }))),
    fillings: Object.freeze(fillings),
    terms: Object.freeze(terms),
    columns: Object.freeze(columns),
    names: Object.freeze(columns.map((k) => termName(terms, k, covariates))),
    centre: Float64Array.from(centre),
    scale: Float64Array.from(scale),
    dropped: Object.freeze(dropped),
  });
  const own = columns.length === terms.length ? values : values.slice(0, columns.length * rowCount);
  return { basis, design: Object.freeze({ rowCount, columnCount: columns.length, values: own }) };
}

/**
 * The basis' columns for rows in the training encoding (`encodeCovariates`). A missing cell takes the training mean, and
 * its flag where training had missing cells too; an unknown or missing level is none of the levels.
 */
export function basisColumns(basis: Basis, covariates: readonly Covariate[], rowCount: number): BasisColumns {
  const { columns, centre, scale } = basis;
  const places = new Map(columns.map((k, j) => [k, j]));
  const values = new Float64Array(columns.length * rowCount);
  const cellsHeld = eachTerm(covariates, basis.fillings, basis.terms, rowCount, (k, column) => {
    const j = places.get(k);
    if (j !== undefined)
      standardizeInto(column, centre[j], scale[j], values.subarray(j * rowCount, (j + 1) * rowCount));
  });
  return { design: Object.freeze({ rowCount, columnCount: columns.length, values }), cellsHeld };
}

function standardizeInto(column: Float64Array, centre: number, scale: number, out: Float64Array): void {
  for (let i = 0; i < column.length; i++) out[i] = (column[i] - centre) / scale;
}

/** Mean and range of the cells that are there; of a column without any, 0. */
function fillingOf({ values }: NumericCovariate, weights: Float64Array | null): Filling {
  let [sum, size, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const w = weights ? weights[i] : 1;
    if (Number.isNaN(values[i])) continue;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
    sum += w * values[i];
    size += w;
  }
  if (low > high) return Object.freeze({ mean: 0, low: 0, high: 0 });
  return Object.freeze({ mean: size > 0 ? sum / size : low, low, high });
}

function planTerms(
  covariates: readonly Covariate[],
  fillings: readonly (Filling | null)[],
  { shape, knots, mostProducts, mostLevels, relevance }: ResolvedBasis,
  dropped: Basis['dropped'][number][],
): Term[] {
  const terms: Term[] = [];
  const add = (term: Term): number => terms.push(Object.freeze(term)) - 1;
  const mains: { readonly term: number; readonly covariate: number }[] = [];
  covariates.forEach((covariate, f) => {
    if (covariate.kind === 'category') {
      for (const level of frequentLevels(covariate, mostLevels, dropped))
        mains.push({ term: add({ kind: 'level', covariate: f, level }), covariate: f });
      if (covariate.codes.some((code) => code < 0)) add({ kind: 'missing', covariate: f });
      return;
    }
    mains.push({ term: add({ kind: 'number', covariate: f }), covariate: f });
    if (covariate.values.some(Number.isNaN)) add({ kind: 'missing', covariate: f });
  });
  if (shape === 'linear') return terms;
  covariates.forEach((covariate, f) => {
    if (covariate.kind === 'category') return;
    for (const knot of knotsOf(covariate, fillings[f] as Filling, knots)) add({ kind: 'hinge', covariate: f, knot });
  });
  const chosen = mains
    .map((main, place) => ({ ...main, place }))
    .sort((a, b) => (relevance ? relevance[b.covariate] - relevance[a.covariate] : 0) || a.place - b.place)
    .slice(0, mostProducts)
    .sort((a, b) => a.place - b.place);
  chosen.forEach((left, k) => {
    for (const right of chosen.slice(k)) {
      const level = terms[left.term].kind === 'level';
      // A flag's square is the flag, and two levels of one category exclude each other.
      if (!(level && left.covariate === right.covariate)) add({ kind: 'product', left: left.term, right: right.term });
    }
  });
  return terms;
}

/** Levels with enough rows, the most frequent `most` of them, but the most frequent of all: it is what others differ from. */
function frequentLevels({ name, codes, levels }: CategoryCovariate, most: number, dropped: Basis['dropped'][number][]) {
  const counts = new Int32Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  const taken = order.filter((level, place) => place > 0 && place <= most && counts[level] >= FEWEST_OF_LEVEL);
  for (const level of order.slice(1))
    if (!taken.includes(level))
      dropped.push(Object.freeze({ name: `${name} = ${levels[level]}`, reason: 'rareLevel' }));
  return taken.sort((a, b) => a - b);
}

/** Inner quantiles at k/(knots + 1), where the column has more than two values; none at its ends, none twice. */
function knotsOf({ values }: NumericCovariate, { low, high }: Filling, knots: number): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const found = new Set<number>();
  for (let k = 1; k <= knots && sorted.length > 0; k++) {
    const at = (k / (knots + 1)) * (sorted.length - 1);
    const below = sorted[Math.floor(at)];
    const knot = below + (at - Math.floor(at)) * (sorted[Math.ceil(at)] - below);
    if (knot > low && knot < high) found.add(knot);
  }
  return [...found];
}

/**
 * Makes the terms' columns one after the other; `take` must not change or keep them. Numbers enter products less their mean,
 * so that a product says little of its factors; flags as they are.
 * @returns how many cells lay outside the training range
 */
function eachTerm(
  covariates: readonly Covariate[],
  fillings: readonly (Filling | null)[],
  terms: readonly Term[],
  rowCount: number,
  take: (term: number, column: Float64Array) => void,
): number {
  let cellsHeld = 0;
  const filled = covariates.map((covariate, f) => {
    const filling = fillings[f];
    if (covariate.kind === 'category' || filling === null) return null;
    const { mean, low, high } = filling;
    return covariate.values.map((value) => {
      if (Number.isNaN(value)) return mean;
      if (value < low || value > high) cellsHeld++;
      return Math.min(Math.max(value, low), high);
    });
  });
  const mains = new Map<number, { readonly column: Float64Array; readonly mean: number }>();
  const scratch = new Float64Array(rowCount);
  terms.forEach((term, k) => {
    if (term.kind === 'product') {
      const [left, right] = [mains.get(term.left), mains.get(term.right)];
      if (left && right) productInto(left.column, left.mean, right.column, right.mean, scratch);
      take(k, scratch);
      return;
    }
    const covariate = covariates[term.covariate];
    const numbers = filled[term.covariate];
    if (term.kind === 'number' && numbers) {
      mains.set(k, { column: numbers, mean: fillings[term.covariate]?.mean ?? 0 });
      take(k, numbers);
    } else if (term.kind === 'hinge' && numbers) {
      hingeInto(numbers, term.knot, scratch);
      take(k, scratch);
    } else {
      const column = flagOf(covariate, term.kind === 'level' ? term.level : null);
      if (term.kind === 'level') mains.set(k, { column, mean: 0 });
      take(k, column);
    }
  });
  return cellsHeld;
}

function hingeInto(numbers: Float64Array, knot: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.max(0, numbers[i] - knot);
}

function productInto(a: Float64Array, aMean: number, b: Float64Array, bMean: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = (a[i] - aMean) * (b[i] - bMean);
}

/** 1 where the category is at the level, or where the cell is missing (`level` null). */
function flagOf(covariate: Covariate, level: number | null): Float64Array {
  if (covariate.kind !== 'category') return covariate.values.map((value) => +Number.isNaN(value));
  return Float64Array.from(covariate.codes, (code) => +(level === null ? code < 0 : code === level));
}

function momentsOf(column: Float64Array, weights: Float64Array | null) {
  let [sum, size] = [0, 0];
  for (let i = 0; i < column.length; i++) {
    const w = weights ? weights[i] : 1;
    sum += w * column[i];
    size += w;
  }
  const mean = size > 0 ? sum / size : 0;
  let [squares, raw] = [0, 0];
  for (let i = 0; i < column.length; i++) {
    const w = weights ? weights[i] : 1;
    squares += w * (column[i] - mean) ** 2;
    raw += w * column[i] ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / size), size: Math.sqrt(raw / size) };
}

/**
 * Whether a standardised column is a kept one, or its negative. Columns are compared where their sums over one draw of
 * random multipliers agree, so that all pairs cost about as much as one pass.
 */
function isRepeated(
  candidate: number,
  place: (j: number) => Float64Array,
  prints: Map<number, number[]>,
  multiplier: Float64Array,
): boolean {
  const column = place(candidate);
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += multiplier[i] * column[i];
  const key = Math.round(Math.abs(sum) * 1e4);
  for (const near of [key - 1, key, key + 1])
    for (const k of prints.get(near) ?? []) if (isSame(column, place(k))) return true;
  const own = prints.get(key);
  if (own) own.push(candidate);
  else prints.set(key, [candidate]);
  return false;
}

/** Mean square of the difference, or of the sum, against that of either (1). */
function isSame(a: Float64Array, b: Float64Array): boolean {
  let [minus, plus, size] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    minus += (a[i] - b[i]) ** 2;
    plus += (a[i] + b[i]) ** 2;
    size += a[i] * a[i] + b[i] * b[i];
  }
  return Math.min(minus, plus) <= SAME * size;
}
