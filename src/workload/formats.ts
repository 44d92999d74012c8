import type { Field } from './row.ts';
import type { TimeUnit } from './time.ts';

/** Whether the input count of a source includes the tokens read from (and written to) a prompt cache. */
export type CachedRule = 'inclusive' | 'exclusive';

export interface Format {
  readonly id: string;
  readonly label: string;
  /** Recognised when every entry is there; an entry is one column, or several spellings of it. Letter case is ignored. */
  readonly signature: readonly (readonly string[])[];
  /** Columns of each field, the preferred spelling first; `cache_write` columns are added up, unless the first is their total. */
  readonly fields: { readonly [F in Field]?: readonly string[] };
  readonly cached: CachedRule;
  /** Why that rule, for the report. */
  readonly basis: string;
  /** Numbers in the time column: their unit, and whether they count from the start of the trace. */
  readonly clock?: { readonly unit: TimeUnit | null; readonly relative: boolean };
  /** Rows are totals of a day or an hour, not requests. */
  readonly aggregated?: true;
  /** Aggregated, and without a number of requests. */
  readonly uncounted?: true;
  /** Tokens of a prefix block. */
  readonly blockTokens?: number;
  /** Values of the `kind` column that are model calls; null accepts all but `notCalls`. */
  readonly calls?: RegExp;
  readonly notCalls?: RegExp;
  /** Said with every import of this format. */
  readonly remark?: string;
}

const NO_CACHE = 'the source has no cached-token column';
const OPENAI_RULE = 'input counts include cached tokens (OpenAI convention)';

/** The most specific first: the first whose signature fits is taken. */
export const FORMATS: readonly Format[] = [
  {
    id: 'azure',
    label: 'Azure LLM inference trace',
    signature: [['TIMESTAMP'], ['ContextTokens'], ['GeneratedTokens']],
    fields: { timestamp: ['TIMESTAMP'], input: ['ContextTokens'], output: ['GeneratedTokens'] },
    cached: 'inclusive',
    basis: NO_CACHE,
  },
  {
    id: 'burstgpt',
    label: 'BurstGPT trace',
    signature: [['Timestamp'], ['Request tokens'], ['Response tokens']],
    fields: { timestamp: ['Timestamp'], input: ['Request tokens'], output: ['Response tokens'], model: ['Model'], team: ['Log Type'] },
    cached: 'inclusive',
    basis: NO_CACHE,
    clock: { unit: 's', relative: true },
    remark: 'BurstGPT records failed requests with 0 response tokens; they are kept as they stand.',
  },
  {
    id: 'mooncake',
    label: 'Mooncake trace',
    signature: [['timestamp'], ['input_length'], ['output_length'], ['hash_ids']],
    fields: { timestamp: ['timestamp'], input: ['input_length'], output: ['output_length'], blocks: ['hash_ids'] },
    cached: 'inclusive',
    basis: 'cached share from repeated prefix blocks of 512 tokens, as if no block were ever forgotten: an upper bound',
    clock: { unit: 'ms', relative: true },
    blockTokens: 512,
  },
  {
    id: 'litellm',
    label: 'LiteLLM_SpendLogs',
    signature: [['request_id'], ['startTime'], ['prompt_tokens'], ['completion_tokens']],
    fields: {
      timestamp: ['startTime'],
      input: ['prompt_tokens'],
      output: ['completion_tokens'],
      cached: ['cache_read_input_tokens'],
      model: ['model', 'model_group'],
      team: ['team_id'],
      id: ['request_id'],
      status: ['status'],
    },
    cached: 'inclusive',
    basis: 'LiteLLM writes prompt_tokens with cached tokens inside',
  },
  {
    id: 'litellm-daily',
    label: 'LiteLLM daily spend table',
    signature: [['date'], ['api_requests'], ['prompt_tokens'], ['completion_tokens']],
    fields: {
      timestamp: ['date'],
      input: ['prompt_tokens'],
      output: ['completion_tokens'],
      cached: ['cache_read_input_tokens'],
      model: ['model', 'model_group'],
      team: ['team_id'],
      requests: ['api_requests'],
      id: ['id'],
    },
    cached: 'inclusive',
    basis: 'LiteLLM writes prompt_tokens with cached tokens inside',
    aggregated: true,
  },
  {
    id: 'langfuse',
    label: 'Langfuse observations',
    signature: [
      ['start_time', 'startTime'],
      ['usage_details', 'usageDetails'],
    ],
    fields: {
      timestamp: ['start_time', 'startTime'],
      usage: ['usage_details', 'usageDetails'],
      model: ['provided_model_name', 'providedModelName', 'model'],
      id: ['id'],
      kind: ['type'],
    },
    cached: 'exclusive',
    basis: 'Langfuse keeps usage types apart: all input types add up to the input, unless their total says that cached is inside',
    calls: /^(GENERATION|EMBEDDING)$/i,
  },
  {
    id: 'openai-usage',
    label: 'OpenAI usage API (completions)',
    signature: [['start_time'], ['num_model_requests'], ['input_tokens']],
    fields: {
      timestamp: ['start_time'],
      end: ['end_time'],
      input: ['input_tokens'],
      output: ['output_tokens'],
      cached: ['input_cached_tokens'],
      model: ['model'],
      team: ['project_id'],
      requests: ['num_model_requests'],
      id: ['bucket_key'],
    },
    cached: 'inclusive',
    basis: 'input_tokens includes input_cached_tokens',
    clock: { unit: 's', relative: false },
    aggregated: true,
  },
  {
    id: 'anthropic-usage',
    label: 'Anthropic usage report (messages)',
    signature: [['starting_at'], ['uncached_input_tokens']],
    fields: {
      timestamp: ['starting_at'],
      end: ['ending_at'],
      input: ['uncached_input_tokens'],
      output: ['output_tokens'],
      cached: ['cache_read_input_tokens'],
      cache_write: [
        'cache_creation_input_tokens',
        'cache_creation_5m_input_tokens',
        'cache_creation_1h_input_tokens',
        'cache_creation.ephemeral_5m_input_tokens',
        'cache_creation.ephemeral_1h_input_tokens',
      ],
      model: ['model'],
      team: ['workspace_id'],
      id: ['bucket_key'],
    },
    cached: 'exclusive',
    basis: 'uncached_input_tokens leaves out cache reads and writes; they are added',
    aggregated: true,
    uncounted: true,
  },
  {
    id: 'helicone',
    label: 'Helicone request export',
    signature: [['request_created_at'], ['prompt_tokens'], ['completion_tokens']],
    fields: {
      timestamp: ['request_created_at'],
      input: ['prompt_tokens'],
      output: ['completion_tokens'],
      cached: ['prompt_cache_read_tokens'],
      model: ['model'],
      id: ['response_id'],
      status: ['response_status'],
    },
    cached: 'inclusive',
    basis: OPENAI_RULE,
  },
  {
    id: 'openrouter-activity',
    label: 'OpenRouter activity',
    signature: [['date'], ['requests'], ['promptTokens', 'prompt_tokens'], ['completionTokens', 'completion_tokens']],
    fields: {
      timestamp: ['date'],
      input: ['promptTokens', 'prompt_tokens'],
      output: ['completionTokens', 'completion_tokens'],
      model: ['model', 'modelPermaslug', 'model_permaslug'],
      requests: ['requests'],
    },
    cached: 'inclusive',
    basis: 'prompt tokens include cached ones, which are not listed; reasoning tokens are part of completion tokens',
    aggregated: true,
  },
  {
    id: 'openrouter',
    label: 'OpenRouter generations',
    signature: [['generation_id'], ['created_at'], ['tokens_prompt'], ['tokens_completion']],
    fields: {
      timestamp: ['created_at'],
      input: ['tokens_prompt'],
      output: ['tokens_completion'],
      cached: ['tokens_cached'],
      model: ['model_permaslug'],
      team: ['app_name'],
      id: ['generation_id'],
    },
    cached: 'inclusive',
    basis: OPENAI_RULE,
  },
  {
    id: 'otel',
    label: 'OpenTelemetry gen_ai spans',
    signature: [['gen_ai.usage.input_tokens', 'attributes.gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens']],
    fields: {
      timestamp: ['startTimeUnixNano', 'start_time_unix_nano', 'start_time', 'startTime', 'timestamp', 'Timestamp', '@timestamp'],
      input: ['gen_ai.usage.input_tokens', 'attributes.gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
      output: ['gen_ai.usage.output_tokens', 'attributes.gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
      cached: ['gen_ai.usage.cache_read.input_tokens', 'attributes.gen_ai.usage.cache_read.input_tokens'],
      model: ['gen_ai.request.model', 'attributes.gen_ai.request.model', 'gen_ai.response.model', 'attributes.gen_ai.response.model'],
      team: ['service.name', 'resource.service.name'],
      id: ['spanId', 'span_id', 'SpanId', 'context.span_id'],
      kind: ['gen_ai.operation.name', 'attributes.gen_ai.operation.name'],
    },
    cached: 'inclusive',
    basis: 'the convention puts cache reads inside gen_ai.usage.input_tokens',
    notCalls: /^(invoke_agent|create_agent|execute_tool|invoke_workflow)$/i,
  },
];

const TIMES = ['timestamp', 'time', 'ts', '@timestamp', 'created_at', 'created', 'start_time', 'starttime', 'datetime', 'date', 'arrival_time', 'arrived_at'];

/** Anything else with a time, an input and an output column of a well-known name, or with names given by flags. */
export const GENERIC: Format = {
  id: 'generic',
  label: 'request log',
  signature: [],
  fields: {
    timestamp: [...TIMES, 'request_time', 'request_timestamp', 'starttimeunixnano'],
    input: [
      ...['input_tokens', 'prompt_tokens', 'tokens_input', 'tokens_prompt', 'input_length', 'context_tokens', 'num_input_tokens', 'num_prompt_tokens'],
      ...['inputtokens', 'prompttokens', 'usage.input_tokens', 'usage.prompt_tokens', 'response.usage.prompt_tokens', 'response.usage.input_tokens'],
    ],
    output: [
      ...['output_tokens', 'completion_tokens', 'tokens_output', 'tokens_completion', 'output_length', 'generated_tokens', 'num_output_tokens'],
      ...[
        'outputtokens',
        'completiontokens',
        'usage.output_tokens',
        'usage.completion_tokens',
        'response.usage.completion_tokens',
        'response.usage.output_tokens',
      ],
    ],
    cached: [
      ...['cached_tokens', 'cached_input_tokens', 'input_cached_tokens', 'cache_read_input_tokens', 'tokens_cached', 'usage.cache_read_input_tokens'],
      ...['usage.prompt_tokens_details.cached_tokens', 'usage.input_tokens_details.cached_tokens', 'response.usage.cache_read_input_tokens'],
    ],
    cache_write: ['cache_creation_input_tokens', 'usage.cache_creation_input_tokens', 'response.usage.cache_creation_input_tokens'],
    model: ['model', 'model_name', 'response.model'],
    team: ['team', 'team_id', 'project', 'project_id'],
    id: ['request_id', 'id', 'uuid', 'requestid', 'response.id'],
    status: ['status', 'status_code'],
  },
  cached: 'inclusive',
  basis: OPENAI_RULE,
};

/** All names `--from` accepts. */
export const FORMAT_IDS: readonly string[] = [...FORMATS, GENERIC].map((format) => format.id);
