/** Prometheus metrics of inference servers, under the names of several versions, and what they say over a run. */

export type Samples = ReadonlyMap<string, number>;

/** Sums over label sets: `name{...}` lines of one name add up. Histogram buckets are left out. */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{.*\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line);
    if (match === null) continue;
    const [, name = '', value = ''] = match;
    const number = Number(value);
    if (!name.endsWith('_bucket') && Number.isFinite(number)) samples.set(name, (samples.get(name) ?? 0) + number);
  }
  return samples;
}

/** Our name -> names in use, newest first. */
const COUNTERS: Readonly<Record<string, readonly string[]>> = {
  prompt_tokens: [
    'vllm:prompt_tokens_total',
    'vllm:prompt_tokens',
    'sglang:prompt_tokens_total',
    'llamacpp:prompt_tokens_total',
    'tgi_request_input_length_sum',
  ],
  generation_tokens: [
    'vllm:generation_tokens_total',
    'vllm:generation_tokens',
    'sglang:generation_tokens_total',
    'llamacpp:tokens_predicted_total',
    'tgi_request_generated_tokens_sum',
  ],
  requests_finished: ['vllm:request_success_total', 'vllm:request_success', 'sglang:num_requests_total', 'tgi_request_success'],
  preemptions: ['vllm:num_preemptions_total', 'vllm:num_preemptions'],
  prefix_cache_queries: [
    'vllm:prefix_cache_queries_total',
    'vllm:prefix_cache_queries',
    'vllm:gpu_prefix_cache_queries_total',
    'vllm:gpu_prefix_cache_queries',
  ],
  prefix_cache_hits: ['vllm:prefix_cache_hits_total', 'vllm:prefix_cache_hits', 'vllm:gpu_prefix_cache_hits_total', 'vllm:gpu_prefix_cache_hits'],
  ttft_s_sum: ['vllm:time_to_first_token_seconds_sum', 'sglang:time_to_first_token_seconds_sum'],
  ttft_s_count: ['vllm:time_to_first_token_seconds_count', 'sglang:time_to_first_token_seconds_count'],
  itl_s_sum: [
    'vllm:inter_token_latency_seconds_sum',
    'vllm:time_per_output_token_seconds_sum',
    'sglang:inter_token_latency_seconds_sum',
    'sglang:time_per_output_token_seconds_sum',
  ],
  itl_s_count: [
    'vllm:inter_token_latency_seconds_count',
    'vllm:time_per_output_token_seconds_count',
    'sglang:inter_token_latency_seconds_count',
    'sglang:time_per_output_token_seconds_count',
  ],
  queue_s_sum: ['vllm:request_queue_time_seconds_sum', 'sglang:queue_time_seconds_sum', 'tgi_request_queue_duration_sum'],
  queue_s_count: ['vllm:request_queue_time_seconds_count', 'sglang:queue_time_seconds_count', 'tgi_request_queue_duration_count'],
};

const GAUGES: Readonly<Record<string, readonly string[]>> = {
  running: ['vllm:num_requests_running', 'sglang:num_running_reqs', 'llamacpp:requests_processing', 'tgi_batch_current_size'],
  waiting: ['vllm:num_requests_waiting', 'sglang:num_queue_reqs', 'llamacpp:requests_deferred', 'tgi_queue_size'],
  kv_cache_usage: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc', 'sglang:token_usage', 'llamacpp:kv_cache_usage_ratio'],
  cache_hit_rate: ['sglang:cache_hit_rate', 'vllm:gpu_prefix_cache_hit_rate'],
};

/** Follows counters through restarts of the server and gauges through time. */
export class MetricsWatch {
  #before: Samples | null = null;
  #scrapes = 0;
  #resets = 0;
  readonly #increase = new Map<string, number>();
  readonly #gauges = new Map<string, { sum: number; max: number; n: number }>();

  add(samples: Samples): void {
    this.#scrapes++;
    for (const [name, value] of pick(samples, GAUGES)) this.#gauge(name, value);
    if (this.#before !== null) this.#count(new Map(pick(this.#before, COUNTERS)), pick(samples, COUNTERS));
    this.#before = samples;
  }

  /** Null when nothing was scraped. */
  summary(): Record<string, unknown> | null {
    if (this.#scrapes === 0) return null;
    const counted = Object.fromEntries([...this.#increase].filter(([name]) => !/_s_(sum|count)$/.test(name)));
    const gauges = Object.fromEntries([...this.#gauges].map(([name, gauge]) => [name, { mean: gauge.sum / gauge.n, max: gauge.max }]));
    const times = { server_ttft_ms: this.#mean('ttft_s'), server_itl_ms: this.#mean('itl_s'), server_queue_ms: this.#mean('queue_s') };
    return { scrapes: this.#scrapes, counter_resets: this.#resets, ...counted, ...gauges, prefix_cache_hit_rate: this.#hitRate(), ...times };
  }

  /** A counter that fell was reset: what it shows now came since. */
  #count(before: ReadonlyMap<string, number>, now: readonly (readonly [string, number])[]): void {
    let reset = false;
    for (const [name, value] of now) {
      const last = before.get(name);
      if (last === undefined) continue;
      if (value < last) reset = true;
      this.#increase.set(name, (this.#increase.get(name) ?? 0) + (value < last ? value : value - last));
    }
    if (reset) this.#resets++;
  }

  #gauge(name: string, value: number): void {
    const { sum, max, n } = this.#gauges.get(name) ?? { sum: 0, max: Number.NEGATIVE_INFINITY, n: 0 };
    this.#gauges.set(name, { sum: sum + value, max: Math.max(max, value), n: n + 1 });
  }

  #mean(name: string): number | null {
    const count = this.#increase.get(`${name}_count`) ?? 0;
    return count === 0 ? null : ((this.#increase.get(`${name}_sum`) ?? 0) / count) * 1000;
  }

  #hitRate(): number | null {
    const queries = this.#increase.get('prefix_cache_queries') ?? 0;
    return queries === 0 ? null : (this.#increase.get('prefix_cache_hits') ?? 0) / queries;
  }
}

function pick(samples: Samples, names: Readonly<Record<string, readonly string[]>>): (readonly [string, number])[] {
  const found: (readonly [string, number])[] = [];
  for (const [ours, theirs] of Object.entries(names)) {
    const name = theirs.find((candidate) => samples.has(candidate));
    if (name !== undefined) found.push([ours, samples.get(name) ?? 0]);
  }
  return found;
}
