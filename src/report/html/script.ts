/**
 * The page's script, as text: shows the buttons of tables, copies a table (tab-separated, as spreadsheets take it) and saves
 * it as CSV (RFC 4180, with the mark by which spreadsheets know UTF-8). Without it the page is whole but for the buttons.
 */
export const SCRIPT = `
(() => {
  const status = document.getElementById('status');
  const cellsOf = (id) => Array.from(document.getElementById(id).rows, (row) =>
    Array.from(row.cells, (cell) => cell.dataset.value ?? cell.textContent));
  const tell = (text) => { status.textContent = ''; requestAnimationFrame(() => { status.textContent = text; }); };
  const quoted = (text) => (/[",\\r\\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
  const download = (id) => {
    const text = '\\ufeff' + cellsOf(id).map((row) => row.map(quoted).join(',')).join('\\r\\n') + '\\r\\n';
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
    link.download = document.getElementById(id).dataset.file + '.csv';
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const copy = async (id) => {
    const text = cellsOf(id).map((row) => row.map((cell) => cell.replace(/[\\t\\r\\n]+/g, ' ')).join('\\t')).join('\\n');
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages opened from a file may not use the clipboard: the older way.
      const area = document.createElement('textarea');
      area.value = text;
      area.setAttribute('aria-hidden', 'true');
      document.body.append(area);
      const focused = document.activeElement;
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      if (focused instanceof HTMLElement) focused.focus();
      if (!done) return tell(status.dataset.failed);
    }
    tell(status.dataset.copied);
  };
  for (const button of document.querySelectorAll('button[data-do]')) {
    button.hidden = false;
    button.addEventListener('click', () => (button.dataset.do === 'copy' ? copy : download)(button.dataset.table));
  }
})();
`;
