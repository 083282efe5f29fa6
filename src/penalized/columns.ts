/**
 * Columns of numbers in a machine's memory (`kernels/machine.ts`), where sums over their rows are taken by kernels
 * (`kernels/column-products.ts`): nearly all of a penalised regression's time.
 */
import { STRETCH } from '../kernels/column-products.js';
import { PRODUCTS } from '../kernels/frames.js';
import { machineBytes, makeMachine, plan } from '../kernels/machine.js';

export interface Columns {
  readonly rowCount: number;
  /** Column-major; 0 until filled. */
  readonly values: Float64Array;
  /**
   * Fills the symmetric `out` (`width` numbers a row) with Σᵢ wᵢ xᵢₐ xᵢᵦ over rows from … end of the first `size` of `chosen`;
   * sums of those before `first` with each other stay as they are. Weights null: 1.
   */
  crossProductsInto(
    rows: { readonly from: number; readonly end: number; readonly weight: Float64Array | null },
    chosen: Int32Array,
    first: number,
    size: number,
    out: Float64Array,
    width: number,
  ): void;
  /** out[j] = Σᵢ rᵢ xᵢⱼ for j among the first `count` of `chosen`, r one number a row. */
  projectInto(numbers: Float64Array, chosen: Int32Array, count: number, out: Float64Array): void;
  /** out[i] = Σ over the first `count` of `chosen`, each times its factor; `out` has one number a row. */
  combineInto(chosen: Int32Array, factor: Float64Array, count: number, out: Float64Array): void;
  /** out[i] = 1/(1 + e^−ηᵢ), one number a row. */
  probabilitiesInto(eta: Float64Array, out: Float64Array): void;
  /** Gives the memory away; nothing here may be used after that. */
  release(): void;
}

const plansFor = (rowCount: number, columnCount: number) => ({
  products: plan(PRODUCTS, {
    values: rowCount * columnCount,
    weight: rowCount,
    rowNumbers: rowCount,
    chosen: columnCount,
    factor: columnCount + 3,
    projected: columnCount + 3,
    sums: columnCount ** 2,
    scratch: 4 * STRETCH,
    eight: 8,
  }),
});

/** Memory of so many columns' machine, nearly all of it the columns. */
export const columnsBytes = (rowCount: number, columnCount: number): number =>
  machineBytes(plansFor(rowCount, columnCount));

export function makeColumns(rowCount: number, columnCount: number): Columns {
  const machine = makeMachine(plansFor(rowCount, columnCount));
  const {
    kernels,
    records: { products },
    release,
  } = machine;
  const { values, sums, projected, rowNumbers, factor: factors } = products;
  products.stride = rowCount;
  products.width = columnCount;
  const choose = (chosen: Int32Array, count: number): void => products.chosen.set(chosen.subarray(0, count));
  return {
    rowCount,
    values,
    crossProductsInto({ from, end, weight }, chosen, first, size, out, width) {
      choose(chosen, size);
      if (weight) products.weight.set(weight);
      products.isWeighted = weight ? 1 : 0;
      for (let a = first; a < size; a++) sums.fill(0, a * columnCount, a * columnCount + a + 1);
      kernels.addCrossProducts(products, from, end, first, size);
      mirrorInto(sums, columnCount, first, size, out, width);
    },
    projectInto(numbers, chosen, count, out) {
      choose(chosen, count);
      rowNumbers.set(numbers);
      kernels.projectColumns(products, count);
      for (let c = 0; c < count; c++) out[chosen[c]] = projected[c];
    },
    combineInto(chosen, factor, count, out) {
      choose(chosen, count);
      factors.set(factor.subarray(0, count));
      factors.fill(0, count, count + 3);
      rowNumbers.fill(0);
      kernels.addChosen(products, 0, rowCount, count);
      out.set(rowNumbers);
    },
    probabilitiesInto(eta, out) {
      rowNumbers.set(eta);
      kernels.probabilitiesOfRows(products);
      out.set(rowNumbers);
    },
    release,
  };
}

/** Rows of a tile: one of each goes into the nearest memory. */
const TILE = 16;

/** Rows first … size − 1 of a lower triangle, and the columns that mirror them, tile by tile. */
function mirrorInto(
  sums: Float64Array,
  columnCount: number,
  first: number,
  size: number,
  out: Float64Array,
  width: number,
): void {
  for (let top = first; top < size; top += TILE) {
    const bottom = Math.min(size, top + TILE);
    for (let a = top; a < bottom; a++) for (let b = 0; b <= a; b++) out[a * width + b] = sums[a * columnCount + b];
    for (let b = 0; b < bottom; b++)
      for (let a = Math.max(top, b + 1); a < bottom; a++) out[b * width + a] = sums[a * columnCount + b];
  }
}
