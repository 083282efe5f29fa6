/** Tables as text: the first column flush left, the others flush right; headings in two lines, groups above columns. */

export interface TableColumn<Row> {
  /** Said once over neighbouring columns of the same group. */
  readonly group: string;
  readonly heading: string;
  readonly cell: (row: Row) => string;
}

/** A number with so many digits; a dash where there is none. */
export const fixed = (value: number | null, digits: number): string =>
  value === null || Number.isNaN(value) ? '–' : value.toFixed(digits);

export function table<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const body = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const headings = columns.map(({ heading }) => heading);
  const widths = columns.map((_, k) => Math.max(...[headings, ...body].map((line) => line[k].length)));
  const starts = columns.flatMap(({ group }, k) => (k === 0 || columns[k - 1].group !== group ? [k] : []));
  const over = starts.map((start, g) => {
    const end = starts[g + 1] ?? columns.length;
    const width = () => widths.slice(start, end).reduce((total, one) => total + one + 2, -2);
    const { group } = columns[start];
    widths[end - 1] += Math.max(0, group.length - width());
    return start === 0 ? group.padEnd(width()) : group.padStart(width());
  });
  const line = (cells: readonly string[]) =>
    cells.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  ');
  return [over.join('  '), line(headings), ...body.map(line)].map((text) => text.trimEnd()).join('\n');
}
