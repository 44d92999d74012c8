/** Counters and histograms in Prometheus' text format. */

const PREFIX = 'llm_crossover_router_';

const HELP = {
  requests_total: ['counter', 'Requests answered, by the target whose answer went out and the status.'],
  escalations_total: ['counter', 'Requests whose small answer was not sure enough.'],
  fallbacks_total: ['counter', 'Requests answered by the other target because the chosen one failed.'],
  failures_total: ['counter', 'Failed calls to a target, by kind.'],
  tokens_total: ['counter', 'Tokens the targets reported.'],
  cost_usd_total: ['counter', 'US dollars, at the prices of the policy.'],
  released_total: ['counter', 'Held-back answers let go before their score was known.'],
  cancelled_total: ['counter', 'Requests whose client left.'],
  in_flight: ['gauge', 'Requests being answered.'],
  queued: ['gauge', 'Requests waiting for a place.'],
  breaker_open: ['gauge', '1 while a target rests.'],
  ttft_seconds: ['histogram', 'Time to the first token, as the client sees it.'],
  latency_seconds: ['histogram', 'Time to the end of the answer.'],
  score: ['histogram', 'Confidence in the small answers.'],
} as const;

export type MetricName = keyof typeof HELP;
type Labels = Readonly<Record<string, string>>;

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

interface Histogram {
  readonly bounds: readonly number[];
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Metrics {
  readonly #values = new Map<MetricName, Map<string, number>>();
  readonly #histograms = new Map<MetricName, Histogram>();

  add(name: MetricName, labels: Labels = {}, amount = 1): void {
    const series = this.#values.get(name) ?? new Map<string, number>();
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + amount);
    this.#values.set(name, series);
  }

  observe(name: 'ttft_seconds' | 'latency_seconds' | 'score', value: number): void {
    const bounds = name === 'score' ? TENTHS : SECONDS;
    const known = this.#histograms.get(name) ?? { bounds, counts: bounds.map(() => 0), sum: 0, count: 0 };
    const bucket = bounds.findIndex((bound) => value <= bound);
    if (bucket !== -1) known.counts[bucket] = (known.counts[bucket] ?? 0) + 1;
    known.sum += value;
    known.count++;
    this.#histograms.set(name, known);
  }

  /** @param gauges what is true now */
  text(gauges: readonly { readonly name: MetricName; readonly labels: Labels; readonly value: number }[]): string {
    const names = Object.keys(HELP) as MetricName[];
    return names
      .map((name) =>
        this.#metric(
          name,
          gauges.filter((each) => each.name === name),
        ),
      )
      .join('');
  }

  #metric(name: MetricName, gauges: readonly { readonly labels: Labels; readonly value: number }[]): string {
    const [kind, help] = HELP[name];
    const now = gauges.map(({ labels, value }) => [labelText(labels), value] as const);
    const lines = [...(this.#values.get(name) ?? []), ...now].map(([labels, value]) => `${PREFIX}${name}${labels} ${value}\n`);
    const histogram = this.#histograms.get(name);
    return `# HELP ${PREFIX}${name} ${help}\n# TYPE ${PREFIX}${name} ${kind}\n${lines.join('')}${histogram === undefined ? '' : histogramText(name, histogram)}`;
  }
}

function histogramText(name: MetricName, { bounds, counts, sum, count }: Histogram): string {
  let below = 0;
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0;
    return `${PREFIX}${name}_bucket{le="${bound}"} ${below}\n`;
  });
  return `${buckets.join('')}${PREFIX}${name}_bucket{le="+Inf"} ${count}\n${PREFIX}${name}_sum ${sum}\n${PREFIX}${name}_count ${count}\n`;
}

/** Label values are our own words: targets, kinds, statuses. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
