/** The options to compare: a frontier API, a hosted open model, the same model self-hosted, and a hybrid of the two ends. */

import type { Accelerator, Catalog, OpenModel } from '../engine/catalog.ts';
import type { Answers } from '../schema/answers.ts';
import { gpusFor, hostedOffer, precisionFor, proposalsFor, rentalOffer } from './proposals.ts';

/** One entry of `options` as a file has it. */
type FileOption = Readonly<Record<string, unknown>>;

/** A cascade's share of escalated requests until somebody calibrates it on their own log; the article says 20 %. */
const ESCALATE = { low: 0.1, likely: 0.2, high: 0.4 };

export function optionsFor(answers: Answers, catalog: Catalog): FileOption[] {
  const proposals = proposalsFor(catalog, answers.modality);
  const api = answers.cloud_api ?? proposals.cloud_api;
  const openModel = answers.open_model ?? proposals.open_model;
  const hosted = answers.hosted_open ?? (openModel === null ? null : (hostedOffer(catalog, openModel)?.id ?? null));
  const own = openModel === null ? null : ownOption(openModel, answers, catalog);
  const small = own !== null && answers.work_per_s !== 'unknown' ? 'own' : hosted !== null ? 'hosted' : null;
  const region = answers.residency;
  return [
    api === null ? null : { id: 'api', cloud_api: api, region },
    hosted === null ? null : { id: 'hosted', hosted_open: hosted, region },
    own,
    small === null || api === null || answers.modality !== 'text' ? null : { id: 'mix', hybrid: { small, large: 'api', escalate: ESCALATE, mode: 'cascade' } },
  ].filter((option) => option !== null);
}

function ownOption(id: string, answers: Answers, catalog: Catalog): FileOption | null {
  const model = catalog.models.find((each) => each.id === id || each.aliases.includes(id));
  const wanted = answers.gpu ?? proposalsFor(catalog, answers.modality).gpu;
  const gpu = catalog.hardware.find((each) => each.id === wanted || (wanted !== null && each.aliases.includes(wanted)));
  const sized = model === undefined || gpu === undefined ? { quantization: null, gpus: answers.gpus_per_replica ?? 1 } : sizeOf(model, gpu, answers);
  const rental = answers.rental ?? (wanted === null ? null : rentalName(catalog, gpu?.id ?? wanted, sized.gpus));
  if (rental === null || wanted === null) return null;
  return {
    id: 'own',
    self_host: {
      model: model?.id ?? id,
      quantization: sized.quantization,
      gpu: gpu?.id ?? wanted,
      gpus_per_replica: sized.gpus,
      rental,
      redundancy: 'n+1',
      region: answers.residency,
    },
    throughput: throughputOf(answers),
  };
}

function sizeOf(model: OpenModel, gpu: Accelerator, answers: Answers): { readonly quantization: string; readonly gpus: number } {
  const quantization = precisionFor(model, gpu);
  return { quantization, gpus: answers.gpus_per_replica ?? gpusFor(model, gpu, quantization) };
}

function rentalName(catalog: Catalog, gpu: string, gpus: number): string | null {
  const offer = rentalOffer(catalog, gpu, gpus);
  return offer === null ? null : `${offer.cloud}/${offer.billing}`;
}

const SPEED = { text: 'output_tokens_per_s', embedding: 'input_tokens_per_s', speech_to_text: 'work_per_s', image: 'work_per_s' } as const;

/** Silent when not known: the plan then takes a published or estimated speed where it has one and says so, or says that it has none. */
function throughputOf(answers: Answers): FileOption | null {
  if (answers.work_per_s === 'unknown') return null;
  const mix = answers.modality === 'text' ? { input: single(answers.input_tokens), output: single(answers.output_tokens) } : {};
  return { given: { [SPEED[answers.modality]]: answers.work_per_s, ...mix, source: 'answered in the questionnaire' } };
}

function single(answer: Answers['input_tokens']): number | null {
  if (answer === 'unknown') return null;
  return typeof answer === 'number' ? answer : answer.likely;
}
