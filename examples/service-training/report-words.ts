/** The words of the report's page: English, and Chinese as in the report itself. Numbers are put in by report-page.ts. */
import type { Design } from './designs.js';
import type { OutcomeName } from './outcomes.js';
import { EN } from './report-words-en.js';
import { ZH } from './report-words-zh.js';

export type ReportLanguage = 'en' | 'zh';

/** What one of figures 1 to 15 says. */
export interface FigureWords {
  readonly title: string;
  /** What the report says of it, in its words' sense. */
  readonly says: string;
}

export interface ReportWords {
  readonly title: string;
  readonly simulated: string;
  readonly headline: (of: { income: string; complaints: string; failures: string }) => string;
  /** "14.3 % (95 % interval 11.2 to 17.5 %; the report 14.02 %)" */
  readonly estimate: (estimate: string, lower: string, upper: string, reported: string) => string;
  readonly verdict: (held: number, stated: number, heldAll: number, all: number) => string;
  readonly outcomes: Readonly<Record<OutcomeName, string>>;
  readonly designs: Readonly<Record<Design | 'allAi', string>>;
  readonly groups: Readonly<Record<string, string>>;
  readonly groupings: Readonly<Record<'cityTier' | 'countyType', string>>;
  readonly month: (month: number) => string;
  /** The same, short, on the axis of pictures. */
  readonly span: (month: number) => string;
  /** What the headline rests on, outcome by outcome. */
  readonly behind: (parts: readonly string[]) => string;
  readonly windowAxis: string;
  readonly valueAxis: string;
  readonly truth: string;
  readonly report: string;
  readonly sameScale: (figures: string) => string;
  readonly family: string;
  readonly assumed: string;
  readonly stated: (line: string, month: string, estimate: string) => string;
  readonly share: {
    readonly axis: string;
    readonly treated: string;
    readonly control: string;
    readonly arm: string;
    readonly count: string;
    readonly caption: string;
  };
  readonly table: {
    readonly caption: string;
    readonly line: string;
    readonly window: string;
    readonly report: string;
    readonly truth: string;
    readonly estimate: string;
    readonly lower: string;
    readonly upper: string;
    readonly allLower: string;
    readonly allUpper: string;
    readonly rows: string;
    readonly holds: string;
    readonly yes: string;
    readonly no: string;
  };
  readonly percent: (number: string) => string;
  readonly section: (figure: number, title: string) => string;
  readonly figures: Readonly<Record<number, FigureWords>>;
  readonly method: (trees: string) => readonly string[];
  readonly place: (message: string, places: string, more: number) => string;
  readonly facts: {
    readonly data: string;
    readonly dataSeed: string;
    readonly seed: string;
    readonly trees: string;
    readonly forests: string;
    readonly library: string;
    readonly time: string;
    readonly seconds: (count: string) => string;
    readonly file: string;
  };
}

export const REPORT_WORDS: Readonly<Record<ReportLanguage, ReportWords>> = { en: EN, zh: ZH };
