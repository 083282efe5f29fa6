/**
 * A study as a page: what was found in plain words; for each outcome its effects over windows, by group, their differences and
 * trends, single rows and covariates; who was treated and with whom they are compared; method, warnings, how it was computed.
 */
import { rejectUnknownKeys } from '../../base/options.js';
import type { Study, StudyDesignInfo, StudyOutcomeInfo, StudyRow } from '../../study/types.js';
import type { Language } from '../words.js';
import { writeNumber } from '../words.js';
import { htmlPage, type PageSection } from './page.js';
import {
  balanceFigure,
  commonDomain,
  distributionFigure,
  effectsFigure,
  overlapFigure,
  profileFigure,
  shareFigure,
} from './study-figures.js';
import { headlinesOf } from './study-headline.js';
import { balanceTable, differencesTable, rowsTable, trendsTable } from './study-tables.js';
import { placeOf, type StudyView, viewStudy } from './study-view.js';
import { pageWords } from './words.js';

/** Options of `htmlReport`. */
export interface HtmlReportOptions {
  /** Of the page's own words; the study's names are not translated. Default 'en'. */
  readonly language?: Language;
  /** Default: the study's title, or "Effects of a treatment". */
  readonly title?: string;
  /** Paragraphs beneath the headline: where the data come from, what was asked. */
  readonly paragraphs?: readonly string[];
}

/**
 * One self-contained page about a study: no network, fit for a phone, for paper, for keyboard and ear; its tables can be
 * copied and saved as CSV. Holes of the study are shown as holes with their reason. Effects of single rows and along
 * covariates are drawn for the study's first design, and the page says so.
 * @returns the text of an HTML file
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await writeFile('report.html', await htmlReport(study, { language: 'zh' }))
 */
export async function htmlReport(study: Study, options: HtmlReportOptions = {}): Promise<string> {
  rejectUnknownKeys('options', options, ['language', 'title', 'paragraphs']);
  const view = viewStudy(study, options.language ?? 'en');
  const sections: PageSection[] = [];
  for (const outcome of study.outcomes) sections.push(await outcomeSection(view, outcome));
  sections.push(await dataSection(view));
  const [headline, ...others] = headlinesOf(view);
  return htmlPage({
    language: view.language,
    title: options.title ?? study.title ?? view.own.title,
    headline: headline ?? '',
    paragraphs: [...others, ...(options.paragraphs ?? [])],
    sections,
    method: view.own.method({
      trees: writeNumber(study.numTrees, 0),
      level: view.level,
      draws: writeNumber(study.draws, 0),
      known: study.designs.some(({ overlap }) => overlap?.source === 'known'),
      target: study.target,
      clustered: study.table.clusters !== null,
    }),
    warnings: warningsOf(view),
    facts: factsOf(view),
  });
}

async function outcomeSection(view: StudyView, outcome: StudyOutcomeInfo): Promise<PageSection> {
  const { study, own } = view;
  const { name, label } = outcome;
  const rows = study.rows.filter((row) => row.outcome === name);
  const domain = commonDomain(view, rows);
  const parts: Omit<PageSection, 'sections'>[] = [];
  const effects = async (title: string, kept: readonly StudyRow[], file: string) => ({
    heading: title,
    figures: [await effectsFigure(view, outcome, title, kept, domain)],
    tables: [rowsTable(view, title, file, kept)],
  });
  const whole = rows.filter(({ groupBy }) => groupBy === null);
  if (whole.length > 0) parts.push(await effects(own.overall(label), whole, name));
  for (const grouping of study.groups) {
    const kept = rows.filter(({ groupBy }) => groupBy === grouping.name);
    if (kept.length > 0) parts.push(await effects(own.by(label, grouping.label), kept, `${name}-${grouping.name}`));
  }
  const differences = study.differences.filter((one) => one.outcome === name);
  if (differences.length > 0)
    parts.push({
      heading: own.differences,
      tables: [
        differencesTable(view, `${own.differences}${view.words.colon}${label}`, `${name}-differences`, differences),
      ],
    });
  const trends = study.trends.filter((one) => one.outcome === name);
  if (trends.length > 0)
    parts.push({ heading: own.trends, tables: [trendsTable(view, own.trend(label), `${name}-trends`, trends)] });
  const first = study.designs[0]?.name;
  const drawn = <One extends { readonly outcome: string; readonly design: string }>(list: readonly One[]): One[] =>
    list.filter((one) => one.outcome === name && one.design === first);
  for (const one of drawn(study.distributions)) {
    const title = own.distribution(label, designed(view, one));
    parts.push({ heading: title, figures: [await distributionFigure(view, title, one)] });
  }
  for (const one of drawn(study.profiles)) {
    const title = own.along(label, one.label, designed(view, one));
    parts.push({ heading: title, figures: [await profileFigure(view, title, one)] });
  }
  // Rows and covariates of every design would be hundreds of pictures; the page says what it leaves to the study.
  const others = study.designs.length > 1 && study.profiles.some((one) => one.outcome === name && one.design !== first);
  if (others) parts.push({ heading: own.others, paragraphs: [own.onlyFirst(view.designLabel(first ?? ''))] });
  return { heading: label, sections: parts };
}

/** The window, and the design where there are several. */
const designed = (
  view: StudyView,
  { window, design }: { readonly window: string | null; readonly design: string },
): string =>
  [view.windowLabel(window), view.study.designs.length > 1 ? view.designLabel(design) : '']
    .filter((part) => part !== '')
    .join(view.words.comma);

async function dataSection(view: StudyView): Promise<PageSection> {
  const { study, own } = view;
  const parts: Omit<PageSection, 'sections'>[] = [];
  const [first] = study.designs;
  if (study.treatmentShare && first) {
    const title = own.share(study.treatmentShare.label);
    parts.push({ heading: title, figures: [await shareFigure(view, title, study.treatmentShare, first)] });
  }
  for (const design of study.designs) parts.push(...(await designParts(view, design)));
  return { heading: own.data, sections: parts };
}

async function designParts(view: StudyView, design: StudyDesignInfo): Promise<Omit<PageSection, 'sections'>[]> {
  const { own } = view;
  const parts: Omit<PageSection, 'sections'>[] = [];
  if (design.overlap) {
    const title = own.overlap(design.label);
    parts.push({ heading: title, figures: [await overlapFigure(view, title, { overlap: design.overlap })] });
  }
  if (design.balance.length > 0) {
    const title = own.balance(design.label);
    parts.push({
      heading: title,
      paragraphs: [own.smallLimit],
      figures: [await balanceFigure(view, title, design)],
      tables: [balanceTable(view, design, title, `balance-${design.name}`)],
    });
  }
  return parts;
}

/** Every warning of the study once, with the places that it speaks of. */
function warningsOf(view: StudyView): string[] {
  const { study, own, words } = view;
  const places = new Map<string, string[]>();
  const note = (message: string, place: string) => places.set(message, [...(places.get(message) ?? []), place]);
  for (const { message } of study.warnings) note(message, '');
  for (const design of study.designs) for (const { message } of design.warnings) note(message, design.label);
  for (const grouping of study.groups) for (const { message } of grouping.warnings) note(message, grouping.label);
  for (const row of [...study.rows, ...study.differences])
    for (const { message } of row.warnings) note(message, placeOf(view, row));
  for (const { warnings, window: _, ...trend } of study.trends.map((one) => ({ ...one, window: null })))
    for (const { message } of warnings) note(message, placeOf(view, trend));
  return [...places].map(([message, all]) => {
    const named = [...new Set(all)].filter((place) => place !== '');
    return named.length === 0
      ? message
      : own.places(message, named.slice(0, 3).join(words.separator), Math.max(0, named.length - 3));
  });
}

function factsOf({ study, language }: StudyView): [string, string][] {
  const words = pageWords(language);
  const { table } = study;
  return [
    [words.rows, writeNumber(table.rows, 0)],
    [
      words.clusters,
      table.clusters === null ? words.none : `${writeNumber(table.clusters, 0)} (${table.clusterColumn ?? ''})`,
    ],
    [words.weights, table.weightColumn ?? words.none],
    [words.forests, writeNumber(study.forests, 0)],
    [words.trees, writeNumber(study.numTrees, 0)],
    [words.seed, String(study.seed)],
    [words.version, `causal-forest ${study.version}`],
    [words.time, words.seconds(writeNumber(study.seconds, study.seconds < 10 ? 1 : 0))],
  ];
}
