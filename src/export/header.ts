/** The comment at the head of every export: which plan, which prices, what to mind. */

import type { Deployment, Leg, Price } from './deployment.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Lines without comment marks; text of the scenario can't end the comment. */
export function headerLines(deployment: Deployment, notes: readonly string[]): string[] {
  const { plan_id, source, name, option_id, as_of, monthly_usd, legs, split } = deployment;
  return [
    `llm-crossover ${source} ${plan_id}: ${name}${source === 'plan' ? `, option ${option_id}` : ''}, prices of ${as_of}`,
    ...(monthly_usd === null ? [] : [`planned cost: $${monthly_usd.toFixed(2)} a month`]),
    ...legs.map(legLine),
    ...(split === null ? [] : [splitLine(deployment)]),
    ...notes,
  ].map((line) => line.replace(UNPRINTABLE, ' '));
}

export function hashComment(deployment: Deployment, notes: readonly string[]): string {
  return headerLines(deployment, notes)
    .map((line) => `# ${line}\n`)
    .join('');
}

function legLine({ id, model, price }: Leg): string {
  return `${id} (${model}): ${priceText(price)}`;
}

function priceText(price: Price): string {
  if (price.input_usd_per_mtok === null && price.output_usd_per_mtok === null) return price.basis;
  const cached = price.cached_input_usd_per_mtok === null ? '' : `, cached input $${rate(price.cached_input_usd_per_mtok)}`;
  return `input $${rate(price.input_usd_per_mtok)}${cached}, output $${rate(price.output_usd_per_mtok)} per MTok; ${price.basis}`;
}

function rate(usd: number | null): string {
  return usd === null ? 'unknown' : String(Number(usd.toPrecision(6)));
}

function splitLine({ split, random_split }: Deployment): string {
  if (split === null) return '';
  const share =
    split.escalation === null
      ? 'a share the policy does not state goes to the large model'
      : `${Number((split.escalation * 100).toPrecision(6))} % to the large model`;
  if (random_split) return `${share}, chosen by chance: the plan's ${split.mode} by score is not in this file`;
  if (split.threshold === null) return `router: ${share}`;
  const origin = { calibrated: 'calibrated', policy: 'as the policy says', given: 'NOT calibrated: run `llm-crossover route calibrate` on your own log' }[
    split.origin
  ];
  return `${split.mode}: escalate below ${split.threshold} (${split.score}; ${origin})${split.escalation === null ? '' : `, planned share ${share}`}`;
}
