/**
 * Cells that break a rule, gathered while a column is read: all are counted, the first five are kept to be shown.
 * Rows are counted from 0, as everywhere in this library.
 */
import { show } from '../base/errors.js';

const SHOWN = 5;

export class Culprits {
  count = 0;
  readonly rows: number[] = [];
  private readonly cells: string[] = [];

  add(row: number, cell: unknown): void {
    this.count++;
    if (this.rows.length === SHOWN) return;
    this.rows.push(row);
    this.cells.push(show(cell));
  }

  /** E.g. `2 cells (row 3: "n/a", row 8: "?"; rows count from 0)`. */
  describe(noun = 'cell'): string {
    const shown = this.rows.map((row, k) => `row ${row}: ${this.cells[k]}`).join(', ');
    const more = this.count > this.rows.length ? ', …' : '';
    return `${counted(this.count, noun)} (${shown}${more}; rows count from 0)`;
  }
}

/** `1 row`, `2 rows`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
