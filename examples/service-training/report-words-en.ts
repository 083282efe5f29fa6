/** The report's page in English. */
import type { ReportWords } from './report-words.js';

export const EN: ReportWords = {
  title: 'AI training and workers’ careers: the fifteen figures, drawn again',
  simulated:
    'Simulated data. The report (Peking University Institute of Digital Finance, September 2025) does not publish its data. ' +
    'These 2,009 workers, 512 of them trained mainly by an AI practice agent, are drawn by a generator whose true effects equal the ' +
    'numbers that the report states. The analysis does not know them: it reads the table only. Whatever the pictures show is therefore ' +
    'about the method, not about real workers.',
  headline: ({ income, complaints, failures }) =>
    `Simulated data: over their first six months, workers trained by the AI agent earned an estimated ${income} more per service, received ` +
    `${complaints} fewer bad ratings a day by button and had ${failures} fewer quality-control failures a day than without that training.`,
  estimate: (estimate, lower, upper, reported) =>
    `${estimate} (95 % interval ${lower} to ${upper}; the report says ${reported})`,
  verdict: (held, stated, heldAll, all) =>
    `The 95 % intervals hold the truth of ${held} of the ${stated} numbers that the report states, and of ${heldAll} of the ${all} effects that its figures draw.`,
  outcomes: {
    incomePerHour: 'income per hour',
    incomePerService: 'income per service',
    buttonComplaintsPerDay: 'bad ratings by button, per day',
    buttonComplaintsPerHour: 'bad ratings by button, per hour',
    surveyComplaintsPerDay: 'bad ratings by survey, per day',
    surveyComplaintsPerHour: 'bad ratings by survey, per hour',
    qcFailuresPerDay: 'quality-control failures per day',
    qcFailuresPerHour: 'quality-control failures per hour',
    minutesPerService: 'minutes per service',
  },
  designs: {
    allAi: 'all AI training',
    complexIdentity: 'complex identity',
    complexPersonality: 'complex personality',
    negativeEmotion: 'negative emotion',
    adversarialEmotion: 'adversarial emotion',
    multiStageEmotion: 'emotion in several stages',
  },
  groups: {
    female: 'women',
    male: 'men',
    'under 30': 'under 30',
    '30 to 45': '30 to 45',
    'over 45': 'over 45',
    'tier 1, new tier 1 and tier 2': 'tier 1, new tier 1 and tier 2',
    'tier 3 and below': 'tier 3 and below',
    'urban district': 'urban district',
    'county, banner or county-level city': 'county, banner or county-level city',
  },
  groupings: { cityTier: 'By city tier', countyType: 'By type of county' },
  month: (month) => (month === 1 ? 'first month' : `first ${month} months`),
  span: (month) => (month === 1 ? 'month 1' : `months 1\u2013${month}`),
  behind: (parts) => `In detail: ${parts.join('; ')}.`,
  windowAxis: 'months counted together, from the first working day',
  valueAxis: 'effect of AI training, relative to no AI training',
  truth: 'simulated truth',
  report: 'number in the report',
  sameScale: (figures) => `Same scale as figures ${figures}.`,
  family: 'Intervals for all at once: all windows and groups of one outcome and one kind of training in this figure.',
  assumed:
    'The report does not say whether ratings by button or by survey are meant, or whether they are counted per day or per hour; which it is here is our assumption.',
  stated: (line, month, estimate) => `${line}, ${month}: estimated ${estimate}.`,
  share: {
    axis: 'AI share of training time before the job',
    treated: 'mainly AI',
    control: 'mainly traditional',
    arm: 'Label',
    count: 'Workers',
    caption: 'Workers by label',
  },
  table: {
    caption: 'effects in percent of the mean without AI training',
    line: 'What',
    window: 'Window',
    report: 'Report',
    truth: 'Truth',
    estimate: 'Estimate',
    lower: '95 % interval from',
    upper: 'to',
    allLower: 'for all at once from',
    allUpper: 'to',
    rows: 'Workers',
    holds: 'Truth inside',
    yes: 'yes',
    no: 'no',
  },
  percent: (number) => `${number}\u00a0%`,
  section: (figure, title) => `Figure ${figure}. ${title}`,
  figures: {
    1: {
      title: 'AI share of training, and the two labels',
      says: 'A worker counts as trained by AI where more than half of the training time before the job was spent with the AI agent: 512 workers; the 1,497 others are the controls.',
    },
    2: {
      title: 'Effect on income',
      says: 'All windows and both measures are positive. The gain per hour is largest in the first month and falls; the gain per service rises.',
    },
    3: {
      title: 'Effect on bad ratings',
      says: 'Fewer bad ratings by every measure in every window. Ratings by survey fall far more than those by button at first, and about as much later.',
    },
    4: { title: 'Effect on quality-control failures', says: 'Failures fall, and fall more with time.' },
    5: { title: 'Income per service, women and men', says: 'Both gain; women gain more over six months.' },
    6: {
      title: 'Bad ratings per hour, women and men',
      says: 'By month six men gain more than women; in the first four months less, and in the first two the effect on men is above zero: more bad ratings.',
    },
    7: { title: 'Income per service by age', says: 'Ages differ in the first month only.' },
    8: { title: 'Quality-control failures by age', says: 'Workers over 45 gain most by month six.' },
    9: {
      title: 'Income per service by region',
      says: 'No difference that matters, neither between city tiers nor between types of county.',
    },
    10: {
      title: 'Bad ratings by identity and personality of the simulated customer',
      says: 'Scripts with a complex identity lower bad ratings most; a complex personality about as much as all AI training.',
    },
    11: {
      title: 'Quality-control failures by identity and personality of the simulated customer',
      says: 'Both kinds of complex script lower failures by more than all AI training.',
    },
    12: {
      title: 'Income per service by emotion of the simulated customer',
      says: 'Adversarial scripts raise income by more than all AI training; negative emotion and emotion in several stages add little.',
    },
    13: {
      title: 'Bad ratings by emotion of the simulated customer',
      says: 'Adversarial scripts lower bad ratings most, and more with time; negative emotion and several stages by about 36 %.',
    },
    14: {
      title: 'Quality-control failures by emotion of the simulated customer',
      says: 'All three kinds of emotional script lower failures by more than all AI training.',
    },
    15: { title: 'Minutes per service', says: 'Services take longer: by 8.42 % over six months.' },
  },
  method: (trees) => [
    'The effect of training on a worker is the difference between what happened and what would have happened without it, and only one of ' +
      'the two is ever seen. A causal forest (Athey, Tibshirani and Wager 2019) compares trained and untrained workers who are alike in ' +
      'nine respects known before training: business unit, district, first working day, registration of the payment account, age, gender, ' +
      `and payments and fund balance of the three months before. Each effect rests on ${trees} honest trees: the workers who decide where a ` +
      'tree splits are not those who give its estimates, and no worker is judged by trees that saw them. Averages are doubly robust, so they are right if either the model ' +
      'of outcomes or that of who gets trained is. Effects are in percent: 100 · (mean outcome with training / mean outcome without − 1), ' +
      'of each worker’s own ratio, income over hours for instance. Intervals made this way hold the truth in 95 of 100 studies; ' +
      'those for all at once hold together for everything one figure draws of an outcome. For a kind of script, workers trained with it are compared with the controls. ' +
      'Nothing here could repair a cause of both training and outcome that is not among the nine.',
  ],
  place: (message, places, more) => `${message} (${places}${more > 0 ? ` and ${more} more` : ''})`,
  facts: {
    data: 'Data',
    dataSeed: 'Seed of the simulated data',
    seed: 'Seed of the forests',
    trees: 'Trees of a forest',
    forests: 'Causal forests',
    library: 'Library',
    time: 'Time taken',
    seconds: (count) => `${count} s on the machine that made this page`,
    file: 'examples/service-training/data/workers.csv.gz, 2,009 rows, simulated',
  },
};
