/**
 * The page's style: one column, system fonts, dark text on white (7 : 1 and more), visible focus, a narrow picture for
 * narrow screens and the wide one elsewhere and on paper. Nothing is fetched.
 */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1f1f1f; font: 1rem/1.55 system-ui, 'Segoe UI', 'Helvetica Neue', Arial,
  'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif;
  overflow-wrap: break-word; }
.page { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1rem 0 0.5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.75rem 0 0.5rem; border-top: 1px solid #c8c8c8; padding-top: 1.25rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
p, .notes, .warnings { margin: 0.5rem 0; max-width: 46rem; }
.lead { font-size: 1.2rem; line-height: 1.45; }
.soft { color: #4d4d4d; }
a { color: #00528a; }
a:focus-visible, button:focus-visible, .scroll:focus-visible, main:focus-visible, summary:focus-visible {
  outline: 3px solid #0072b2; outline-offset: 2px; }
.skip { position: absolute; left: -100rem; top: 0; background: #fff; padding: 0.5rem 1rem; z-index: 1; }
.skip:focus { left: 0.5rem; }
nav ul { padding-left: 0; list-style: none; columns: 2 20rem; }
nav li { break-inside: avoid; }
nav a { display: inline-block; padding: 0.1rem 0; }
figure { margin: 1rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: flex-end; margin: 0 0 0.25rem; }
button { font: inherit; font-size: 0.875rem; padding: 0.3rem 0.8rem; min-height: 2rem; border: 1px solid #767676;
  border-radius: 0.3rem; background: #fff; color: #1f1f1f; cursor: pointer; }
button[hidden] { display: none; }
button:hover { background: #f1f5f8; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
caption span { display: inline-block; max-width: min(46rem, calc(100vw - 2rem)); }
th, td { padding: 0.3rem 0.6rem; text-align: left; border-bottom: 1px solid #dcdcdc; font-weight: 400; vertical-align: top; }
thead th { font-weight: 600; border-bottom: 2px solid #767676; }
tbody th { min-width: 7.5rem; }
tbody td { min-width: 3.5rem; }
.number { text-align: right; }
tbody .number { white-space: nowrap; }
thead th { vertical-align: bottom; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) minmax(0, 1fr); gap: 0.2rem 1.25rem; }
dt { color: #4d4d4d; }
dd { margin: 0; }
.warnings li { margin: 0.25rem 0; }
@media (max-width: 40rem) {
  .page { padding: 0.75rem 0.9375rem 2rem; }
  .wide { display: none; }
  .narrow { display: block; }
  th, td { padding: 0.3rem 0.45rem; }
  dl { display: block; }
  dd { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
  h1 { font-size: 1.4rem; }
  .lead { font-size: 1.1rem; }
}
@media print {
  .page { max-width: none; padding: 0; }
  .wide { display: block; }
  .narrow, .actions, .skip, nav { display: none; }
  .scroll { overflow: visible; }
  figure, tr, h2, h3, dl { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  body { font-size: 10pt; }
  table { font-size: 6.5pt; }
  th, td { padding: 0.15rem 0.2rem; overflow-wrap: anywhere; }
  tbody th, tbody td { min-width: 0; }
}
`;
