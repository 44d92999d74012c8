/** The questions as data: the article's five, then the few figures the model needs. Each has a default, a reason, and "I don't know". */

import type { Catalog } from '../engine/catalog.ts';
import type { Modality } from '../engine/scenario.ts';
import type { Answers } from '../schema/answers.ts';
import type { Choice } from './prompter.ts';
import { proposalsFor } from './proposals.ts';

/** Answers so far, as typed; each goes through the same schema as an answers file. */
export type RawAnswers = { -readonly [K in keyof Answers]?: unknown };

interface QuestionBase {
  readonly id: keyof Answers;
  readonly message: string;
  /** One line: why we ask. */
  readonly why: string;
  /** Asked only when this holds. */
  readonly when?: (answers: RawAnswers) => boolean;
}

export type Question =
  | (QuestionBase & { readonly ask: 'yes_no' })
  | (QuestionBase & { readonly ask: 'quantity'; readonly suggested: string })
  | (QuestionBase & {
      readonly ask: 'one';
      readonly suggested: (catalog: Catalog, answers: RawAnswers) => string;
      readonly choices: (catalog: Catalog, answers: RawAnswers) => readonly Choice[];
    })
  | (QuestionBase & { readonly ask: 'many'; readonly choices: (catalog: Catalog) => readonly Choice[] });

/** Typed for "I don't know". */
export const DONT_KNOW = '?';

export const QUESTIONS: readonly Question[] = [
  {
    id: 'modality',
    ask: 'one',
    message: 'What does the AI do?',
    why: 'Text, speech and images are priced and served in different units.',
    suggested: () => 'text',
    choices: () => [
      { value: 'text', name: 'reads and writes text' },
      { value: 'speech_to_text', name: 'turns speech into text' },
      { value: 'image', name: 'makes images' },
      { value: 'embedding', name: 'computes embeddings' },
    ],
  },
  {
    id: 'data_sovereignty',
    ask: 'yes_no',
    message: '1 of 5. Does compliance forbid sending the data to third parties?',
    why: 'A yes votes for self-hosting. If you are not sure, the rules you name below are judged instead.',
  },
  {
    id: 'data',
    ask: 'many',
    message: 'Which kinds of data are in the requests?',
    why: 'Rules bind by the kind of data: health data, card data, personal data. Choose none if it is none of these.',
    choices: (catalog) => named(catalog.rules.flatMap((rule) => (rule.data_class === null || rule.data_class === 'any' ? [] : [rule.data_class]))),
  },
  {
    id: 'regimes',
    ask: 'many',
    message: 'Which rules apply to you?',
    why: 'Each option is judged against each: can the provider sign what the rule asks for?',
    choices: (catalog) => named(catalog.rules.map((rule) => rule.regime)),
  },
  {
    id: 'requests_per_month',
    ask: 'quantity',
    message: '2 of 5. How many requests a month?',
    why: 'Above 100,000 votes for self-hosting; the cost of every option follows from it. Like 50k, 1.5M.',
    suggested: '100k',
  },
  {
    id: 'ttft_p95_ms',
    ask: 'quantity',
    message: '3 of 5. How soon must the answer begin (95 % of requests)? "none" if it does not matter',
    why: 'Below 100 ms votes for self-hosting. Like 500ms or 2s.',
    suggested: '2s',
  },
  {
    id: 'engineers',
    ask: 'quantity',
    message: '4 of 5. How many engineers are in the team?',
    why: 'Fewer than 3 votes for an API: somebody has to run the GPUs.',
    suggested: '3',
  },
  {
    id: 'frontier_reasoning',
    ask: 'yes_no',
    message: '5 of 5. Do you need the reasoning of a frontier model?',
    why: 'A yes votes for an API: open models are close, not equal.',
  },
  {
    id: 'input_tokens',
    ask: 'quantity',
    message: 'How many tokens go in with a request?',
    why: 'APIs bill them, own GPUs read them. 1,000 tokens are about 750 English words.',
    suggested: '1000',
    when: (answers) => answers.modality === 'text' || answers.modality === 'embedding',
  },
  {
    id: 'output_tokens',
    ask: 'quantity',
    message: 'How many tokens come out?',
    why: 'The dearest tokens of an API, and what fills own GPUs.',
    suggested: '300',
    when: (answers) => answers.modality === 'text',
  },
  {
    id: 'cached_input',
    ask: 'quantity',
    message: 'Which share of the input repeats from request to request?',
    why: 'A long common beginning is cached and several times cheaper. Like 30%.',
    suggested: '0%',
    when: (answers) => answers.modality === 'text',
  },
  {
    id: 'audio_seconds',
    ask: 'quantity',
    message: 'How long is the audio of a request?',
    why: 'Speech is billed by the minute. Like 30s or 5min.',
    suggested: '60s',
    when: (answers) => answers.modality === 'speech_to_text',
  },
  {
    id: 'images',
    ask: 'quantity',
    message: 'How many images does a request make?',
    why: 'Images are billed one by one.',
    suggested: '1',
    when: (answers) => answers.modality === 'image',
  },
  {
    id: 'peak_to_average',
    ask: 'quantity',
    message: 'How much busier is the busiest hour than the average one?',
    why: 'Own GPUs are sized for it and idle the rest of the time. 1 is flat, 4 is office hours.',
    suggested: DONT_KNOW,
  },
  {
    id: 'growth_per_month',
    ask: 'quantity',
    message: 'How fast does the volume grow per month?',
    why: 'The plan adds up every month of the horizon at its own volume. Like 5%.',
    suggested: '0%',
  },
  {
    id: 'batchable',
    ask: 'quantity',
    message: 'Which share of the requests may wait a day?',
    why: 'Batch prices are often half, and own GPUs serve them in quiet hours.',
    suggested: '0%',
  },
  {
    id: 'residency',
    ask: 'one',
    message: 'Must the data stay in a region?',
    why: 'Providers and GPUs elsewhere are ruled out.',
    suggested: () => '',
    choices: () => [
      { value: '', name: 'no, anywhere' },
      { value: 'eu', name: 'in the EU' },
      { value: 'us', name: 'in the United States' },
      { value: 'uk', name: 'in the United Kingdom' },
    ],
  },
  {
    id: 'cloud_api',
    ask: 'one',
    message: 'Which cloud API would you call?',
    why: 'The first thing the alternatives are compared with.',
    suggested: (catalog, answers) => proposalsFor(catalog, modalityOf(answers)).cloud_api ?? '',
    choices: (catalog, answers) => proposalsFor(catalog, modalityOf(answers)).cloud_apis,
  },
  {
    id: 'open_model',
    ask: 'one',
    message: 'Which open model would do the work instead?',
    why: 'It is compared twice: hosted by a provider, and on GPUs of your own.',
    suggested: (catalog, answers) => proposalsFor(catalog, modalityOf(answers)).open_model ?? '',
    choices: (catalog, answers) => proposalsFor(catalog, modalityOf(answers)).open_models,
  },
  {
    id: 'gpu',
    ask: 'one',
    message: 'Which GPU would you rent for it?',
    why: 'Memory decides how many one copy of the model needs, the price what it costs.',
    suggested: (catalog, answers) => proposalsFor(catalog, modalityOf(answers)).gpu ?? '',
    choices: (catalog, answers) => proposalsFor(catalog, modalityOf(answers)).gpus,
  },
  {
    id: 'work_per_s',
    ask: 'quantity',
    message: 'How fast is one copy of the model on it, saturated (output tokens, audio seconds, images or input tokens a second)?',
    why: 'Everything about own GPUs follows from it. "llm-crossover bench" measures it.',
    suggested: DONT_KNOW,
  },
  {
    id: 'self_host_fte',
    ask: 'quantity',
    message: 'How many full-time engineers would running it take?',
    why: 'Usually the largest cost nobody counts. Like 0.3.',
    suggested: DONT_KNOW,
  },
  {
    id: 'loaded_cost_usd_per_year',
    ask: 'quantity',
    message: 'What does an engineer cost a year, all told (US dollars)?',
    why: 'Turns that time into money. Like 200k.',
    suggested: DONT_KNOW,
  },
];

function modalityOf(answers: RawAnswers): Modality {
  return answers.modality as Modality;
}

function named(ids: readonly string[]): Choice[] {
  return [...new Set(ids)].sort().map((id) => ({ value: id, name: id.replaceAll('_', ' ') }));
}
