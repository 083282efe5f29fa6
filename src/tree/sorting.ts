/** How a node gets its rows sorted by a column: from lists that are kept sorted, or from ranks when the column is tried. */
export type Sorting = 'lists' | 'ranks';

export function sortingFor(_: unknown, __: number): Sorting {
  return 'lists';
}
