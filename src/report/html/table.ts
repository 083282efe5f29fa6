/**
 * A table of a page: a caption, headed columns and rows, in a box of its own that scrolls where the page is narrow and can
 * be reached by keyboard. A cell shows rounded text; `value` is what copying and the CSV file hold.
 */
import { escapeText } from '../escape.js';
import type { PageWords } from './words.js';

/** A cell: text, or text with the number behind it (null: an empty cell in the CSV file). */
export type PageCell = string | { readonly text: string; readonly value: number | string | null };

/** A table of a page; the first cell of each row heads it. */
export interface PageTable {
  readonly caption: string;
  readonly columns: readonly { readonly label: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly PageCell[])[];
  /** Of the CSV file, without its ending. */
  readonly fileName: string;
}

/** @param id unique in the page */
export function tableHtml({ caption, columns, rows, fileName }: PageTable, id: string, words: PageWords): string {
  const head = columns
    .map(({ label, numeric }) => `<th scope="col"${numeric ? ' class="number"' : ''}>${escapeText(label)}</th>`)
    .join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell, k) => cellHtml(cell, k === 0, columns[k]?.numeric ?? false)).join('')}</tr>`)
    .join('\n');
  const name = escapeText(caption);
  const button = (kind: string, label: string) =>
    `<button type="button" data-table="${id}" data-do="${kind}" aria-describedby="${id}-caption" hidden>${label}</button>`;
  return `<div class="table">
<p class="actions">${button('copy', words.copy)} ${button('download', words.download)}</p>
<div class="scroll" role="region" aria-labelledby="${id}-caption" tabindex="0">
<table id="${id}" data-file="${escapeText(fileName)}">
<caption id="${id}-caption"><span>${name}</span></caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
</table>
</div>
</div>`;
}

function cellHtml(cell: PageCell, first: boolean, numeric: boolean): string {
  const { text, value } = typeof cell === 'string' ? { text: cell, value: undefined } : cell;
  const name = first ? 'th scope="row"' : 'td';
  const data = value === undefined ? '' : ` data-value="${value === null ? '' : escapeText(String(value))}"`;
  return `<${name}${numeric ? ' class="number"' : ''}${data}>${escapeText(text)}</${first ? 'th' : 'td'}>`;
}
