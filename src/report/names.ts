/** What the paths of a plan's variables mean, in words. */

const WORKLOAD: Readonly<Record<string, string>> = {
  'workload.requests_per_month': 'requests a month',
  'workload.growth_per_month': 'growth a month',
  'workload.batchable': 'the share that may wait',
  'workload.shape.peak_to_average': 'busiest hour against mean hour',
  'workload.tokens.input': 'input tokens a request',
  'workload.tokens.output': 'output tokens a request',
  'workload.tokens.reasoning': 'reasoning tokens a request',
  'workload.tokens.cached_input': 'the share of input from a cache',
  'workload.audio.seconds_per_request': 'seconds of audio a request',
  'workload.images.per_request': 'images a request',
  'team.self_host_fte': 'staff for self-hosting',
  'team.api_fte': 'staff for APIs',
  'team.loaded_cost_usd_per_year': 'the cost of an engineer a year',
  'assumptions.loaded_cost_usd_per_year': 'the cost of an engineer a year',
  'assumptions.electricity_usd_per_kwh': 'the price of electricity',
  'assumptions.storage_usd_per_gb_month': 'the price of storage',
  'assumptions.pue': 'power the building takes for each watt of the servers (PUE)',
  price_trend_per_year: 'the trend of API prices',
};

/** Last step of a path below an option. */
const OPTION: Readonly<Record<string, string>> = {
  price_factor: 'token prices',
  throughput_factor: 'throughput',
  throughput: 'throughput',
  output_tokens_per_s: 'throughput',
  input_tokens_per_s: 'throughput',
  work_per_s: 'throughput',
  discount: 'the discount',
  usd_per_request: 'the quoted price',
  usd_per_gpu_hour: 'the GPU price',
  usd_per_gpu: 'the purchase price of a GPU',
  escalate: 'the share for the large model',
  input_ratio: 'input tokens against the workload’s',
  output_ratio: 'output tokens against the workload’s',
};

const BELOW_OPTION = /^options\.(.+?)\.(?:(?:self_host\.(?:rental|owned)|throughput\.given|quoted|hybrid|tokens)\.)?(\w+)$/;

/** In words, or the path itself where there are none. `variableName('options.own.price_factor') === 'token prices of own'` */
export function variableName(path: string): string {
  const known = WORKLOAD[path];
  if (known !== undefined) return known;
  const [, id = '', last = ''] = BELOW_OPTION.exec(path) ?? [];
  const name = OPTION[last];
  if (name !== undefined) return `${name} of ${id}`;
  const purchase = /^hardware\.(.+)\.purchase_usd$/.exec(path)?.[1];
  return purchase === undefined ? path : `the purchase price of ${purchase}`;
}
