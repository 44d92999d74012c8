/** Gates of volume and memory: does the model fit the GPUs, and do the option's limits hold for every month of the horizon? */

import { DEFAULT_RESERVE_SHARE, fitMemory } from '../capacity/memory.ts';
import type { OpenModel } from '../catalog.ts';
import { type HorizonModel, overLimitMonth } from '../horizon.ts';
import type { Gate } from '../result.ts';
import type { SelfHostOption } from '../scenario.ts';
import { addMonths, likely } from '../units.ts';
import { assumption, indexOf, note, type PriceContext } from './context.ts';
import type { OptionModel } from './option.ts';
import { generatedTokens, optionById } from './requests.ts';

export function limitGates(model: OptionModel, horizon: HorizonModel, context: PriceContext): Gate[] {
  const gates: Gate[] = [];
  if (model.host !== null) gates.push(memoryGate(model, model.host, context));
  gates.push(...retirementGates(model, context));
  const month = overLimitMonth(horizon);
  if (month !== null) gates.push(volumeGate(model, horizon, month));
  return gates;
}

/** A retired model is priced at its last price and can't be chosen; one that retires within the horizon can, with a warning. */
function retirementGates(model: OptionModel, context: PriceContext): Gate[] {
  const { option } = model;
  const { scenario } = context;
  const used = option.kind === 'hybrid' ? [option.hybrid.small, option.hybrid.large].map((id) => optionById(scenario, id)) : [option];
  const end = addMonths(context.at, scenario.horizon_months);
  return used.flatMap((part) => {
    const api = part?.kind === 'cloud_api' || part?.kind === 'hosted_open' ? indexOf(context.catalog).api.get(part.offer) : undefined;
    if (!api || api.retired === null || api.retired >= end) return [];
    const leg = part === option ? null : (part?.id ?? null);
    if (api.retired > context.at) {
      const message = `${api.id} is to be retired on ${api.retired}, within the horizon; its last price is carried on.`;
      note(context, 'warning', 'option.retires_in_horizon', message, `options.${part?.id}`);
      return [];
    }
    const message = `${api.id} was retired on ${api.retired}; its last price is shown.`;
    return [{ option_id: option.id, leg, rule: 'retired', verdict: 'fail', missing: ['retired'], source: null, checked: null, message, blocks: true }];
  });
}

function volumeGate(model: OptionModel, horizon: HorizonModel, month: number): Gate {
  const limit = Math.floor(model.cost?.max_volume ?? 0);
  const fleet = model.fleet_limit <= model.other_limit;
  const volume = Math.round(horizon.volumes[month - 1] ?? 0);
  const what = fleet ? 'its GPUs serve' : 'its rate limit allows';
  return {
    option_id: model.option.id,
    leg: null,
    rule: fleet ? 'capacity' : 'rate_limit',
    verdict: 'fail',
    missing: [fleet ? 'capacity' : 'rate_limit'],
    source: null,
    checked: null,
    message: `In month ${month} there are ${volume} requests, ${what} ${limit} in a month with this peak hour.`,
    blocks: true,
  };
}

function memoryGate(model: OptionModel, host: SelfHostOption, context: PriceContext): Gate {
  const { self_host } = host;
  const index = indexOf(context.catalog);
  const open = index.models.get(self_host.model);
  const gpu = index.hardware.get(self_host.gpu);
  const option_id = model.option.id;
  const leg = host.id === option_id ? null : host.id;
  const rule = 'memory_fit';
  if (!open || !gpu) {
    const missing = open ? `accelerator ${self_host.gpu}` : `model ${self_host.model}`;
    const message = `The ${missing} is not in the catalog, so whether it fits is not known.`;
    return { option_id, leg, rule, verdict: 'unknown', missing: [missing], source: null, checked: null, message, blocks: false };
  }
  const fit = fitMemory({
    gpu,
    gpus: self_host.gpus_per_replica,
    model: open,
    quantization: self_host.quantization,
    kv_quantization: self_host.kv_quantization,
    context_tokens: contextTokens(model, host, open),
    concurrency: self_host.concurrency_per_replica ?? 1,
    reserve_share: likely(assumption(context.catalog, 'memory_reserve_share')?.value ?? DEFAULT_RESERVE_SHARE),
  });
  const verdict = fit.fits === null ? 'unknown' : fit.fits ? 'pass' : 'fail';
  const { source, checked } = open.sources[0] ?? { source: null, checked: null };
  const message = `${fit.reason.charAt(0).toUpperCase()}${fit.reason.slice(1)}.`;
  return { option_id, leg, rule, verdict, missing: verdict === 'pass' ? [] : ['memory'], source, checked, message, blocks: verdict === 'fail' };
}

/** The context asked for, else that of the mean request. Audio and image models keep none. */
function contextTokens(model: OptionModel, host: SelfHostOption, open: OpenModel): number {
  if (host.self_host.context_tokens !== null) return host.self_host.context_tokens;
  if (open.modality !== 'text') return 0;
  return Math.max(1, Math.ceil(model.mix.input_tokens + generatedTokens(model.mix)));
}
