/** Pages: the page of any study, and the pieces that it is made of. */
export { bothWidths, htmlPage, type PageContent, type PageFigure, type PageSection } from './page.js';
export { type HtmlReportOptions, htmlReport } from './study-report.js';
export type { PageCell, PageTable } from './table.js';
