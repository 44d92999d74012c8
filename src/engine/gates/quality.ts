/** The quality bar: a published figure of the model against what the scenario asks. A model without a figure neither passes nor fails. */

import type { QualityMetric } from '../catalog.ts';
import type { Gate } from '../result.ts';
import { type Judging, toGate } from './judging.ts';
import { untold } from './latency.ts';
import type { Subject } from './subjects.ts';
import { grouped } from './words.ts';

export function qualityGate(subject: Subject, judging: Judging): Gate | null {
  const bar = judging.scenario.requirements.quality;
  if (bar === null) return null;
  const metric = judging.catalog.quality.find((each) => each.id === bar.metric) ?? null;
  const figure = metric === null ? null : figureOf(metric, subject);
  const base = { rule: 'quality', source: figure };
  if (metric === null || figure === null) {
    const what = metric === null ? `We have no metric ${bar.metric}` : `${metric.label} has no figure for ${subject.model_names[0] ?? subject.option.id}`;
    return toGate(subject, { ...base, ...untold('quality', judging), missing: [bar.metric], message: `${what}, so the bar can't be checked.` }, judging);
  }
  const good = (bar.at_least === null || figure.value >= bar.at_least) && (bar.at_most === null || figure.value <= bar.at_most);
  const limit = bar.at_least === null ? `at most ${grouped(bar.at_most ?? 0)}` : `at least ${grouped(bar.at_least)}`;
  const message = `${metric.label} of ${figure.model}: ${grouped(figure.value)} ${metric.unit}, asked for ${limit}.`;
  return toGate(subject, { ...base, verdict: good ? 'pass' : 'fail', firm: false, missing: good ? [] : [bar.metric], message }, judging);
}

/** The figure of the offer itself wins over that of the open model behind it: hosts may quantize. */
function figureOf(metric: QualityMetric, subject: Subject): QualityMetric['figures'][number] | null {
  for (const name of subject.model_names) {
    const figure = metric.figures.find((each) => each.model === name);
    if (figure) return figure;
  }
  return null;
}
