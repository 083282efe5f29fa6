/**
 * One self-contained page: a headline, sections with pictures and tables, the method, all warnings, and how it was
 * computed. No network, by its own policy too; one column that fits a phone; headings, captions, a skip link and labels
 * for those who navigate by keyboard or listen.
 */
import { escapeText } from '../escape.js';
import type { Language } from '../words.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { type PageTable, tableHtml } from './table.js';
import { type PageWords, pageWords } from './words.js';

/** One picture drawn twice: for screens and paper, and for phones (345 pixels wide). SVG texts as figures return them. */
export interface PageFigure {
  readonly wide: string;
  readonly narrow: string;
}

/** A part of the page, from top to bottom as the fields stand. */
export interface PageSection {
  readonly heading: string;
  readonly paragraphs?: readonly string[];
  readonly figures?: readonly PageFigure[];
  readonly tables?: readonly PageTable[];
  readonly notes?: readonly string[];
  readonly sections?: readonly Omit<PageSection, 'sections'>[];
}

/** What `htmlPage` writes. All text is plain text: it is escaped. */
export interface PageContent {
  /** Default 'en'. Of the page's own words; the rest is as given. */
  readonly language?: Language;
  readonly title: string;
  /** What was found, in one sentence. */
  readonly headline: string;
  readonly paragraphs?: readonly string[];
  readonly sections: readonly PageSection[];
  /** Paragraphs. */
  readonly method: readonly string[];
  readonly warnings: readonly string[];
  /** Seed, version, time and the like: name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Draws a picture for screens (720 pixels) and for phones (345). */
export async function bothWidths(draw: (width: number) => Promise<string>): Promise<PageFigure> {
  return { wide: await draw(720), narrow: await draw(345) };
}

/**
 * @returns the text of an HTML file
 * @throws InvalidOptionError for a language that is not there
 */
export function htmlPage(content: PageContent): string {
  const { language = 'en', title, headline, paragraphs = [], sections, method, warnings, facts } = content;
  const words = pageWords(language);
  let tables = 0;
  const nextTable = () => `table-${++tables}`;
  const entries = sections.map((section, k) => ({ section, id: `section-${k + 1}` }));
  const endings = [
    { id: 'method', heading: words.method },
    { id: 'warnings', heading: words.warnings },
    { id: 'facts', heading: words.facts },
  ];
  const contents = [...entries.map(({ section, id }) => ({ id, heading: section.heading })), ...endings]
    .map(({ id, heading }) => `<li><a href="#${id}">${escapeText(heading)}</a></li>`)
    .join('\n');
  const body = entries
    .map(
      ({ section, id }) => `<section aria-labelledby="${id}">
<h2 id="${id}">${escapeText(section.heading)}</h2>
${sectionHtml(section, words, nextTable)}
${(section.sections ?? []).map((part) => `<h3>${escapeText(part.heading)}</h3>\n${sectionHtml(part, words, nextTable)}`).join('\n')}
</section>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#results">${words.skip}</a>
<div class="page">
<header>
<h1>${escapeText(title)}</h1>
<p class="lead">${escapeText(headline)}</p>
${paragraphsHtml(paragraphs)}
</header>
<nav aria-label="${words.contents}">
<h2>${words.contents}</h2>
<ul>
${contents}
</ul>
</nav>
<main id="results" tabindex="-1">
${body}
<section aria-labelledby="method">
<h2 id="method">${words.method}</h2>
${paragraphsHtml(method)}
</section>
<section aria-labelledby="warnings">
<h2 id="warnings">${words.warnings}</h2>
${warnings.length === 0 ? `<p>${words.noWarnings}</p>` : listHtml(warnings, 'warnings')}
</section>
</main>
<footer>
<h2 id="facts">${words.facts}</h2>
<dl>
${facts.map(([name, value]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`).join('\n')}
</dl>
</footer>
<p id="status" class="soft" role="status" data-copied="${words.copied}" data-failed="${words.failed}"></p>
</div>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const paragraphsHtml = (paragraphs: readonly string[]): string =>
  paragraphs.map((text) => `<p>${escapeText(text)}</p>`).join('\n');

const listHtml = (items: readonly string[], name: string): string =>
  `<ul class="${name}">\n${items.map((item) => `<li>${escapeText(item)}</li>`).join('\n')}\n</ul>`;

function sectionHtml(section: Omit<PageSection, 'sections'>, words: PageWords, nextTable: () => string): string {
  const { paragraphs = [], figures = [], tables = [], notes = [] } = section;
  return [
    paragraphsHtml(paragraphs),
    ...figures.map(
      ({ wide, narrow }) =>
        `<figure>\n<div class="wide">\n${wide}</div>\n<div class="narrow">\n${narrow}</div>\n</figure>`,
    ),
    ...tables.map((table) => tableHtml(table, nextTable(), words)),
    notes.length === 0 ? '' : listHtml(notes, 'notes'),
  ]
    .filter((part) => part !== '')
    .join('\n');
}
