/** The quality bar: a published figure of the model against what the scenario asks. A model without a figure neither passes nor fails. */

import type { QualityMetric } from '../catalog.ts';
import { type Judgement, type Judging, softly, untold } from './judging.ts';
import type { Subject } from './subjects.ts';
import { grouped } from './words.ts';

export function judgeQuality(subject: Subject, judging: Judging): Judgement | null {
  const bar = judging.scenario.requirements.quality;
  if (bar === null) return null;
  const metric = judging.catalog.quality.find((each) => each.id === bar.metric) ?? null;
  if (metric === null) return untold('quality', judging, [bar.metric], `We have no metric ${bar.metric}, so the bar can't be checked.`);
  const figure = figureOf(metric, subject);
  const model = subject.model_names[0] ?? subject.option.id;
  if (figure === null) return untold('quality', judging, [bar.metric], `${metric.label} has no figure for ${model}, so the bar can't be checked.`);
  const good = (bar.at_least === null || figure.value >= bar.at_least) && (bar.at_most === null || figure.value <= bar.at_most);
  const limit = bar.at_least === null ? `at most ${grouped(bar.at_most ?? 0)}` : `at least ${grouped(bar.at_least)}`;
  const message = `${metric.label} of ${figure.model}: ${grouped(figure.value)} ${metric.unit}, asked for ${limit}.`;
  return softly('quality', good ? 'pass' : 'fail', good ? [] : [bar.metric], message, figure);
}

/** The figure of the offer itself wins over that of the open model behind it: hosts may quantize. */
function figureOf(metric: QualityMetric, subject: Subject): QualityMetric['figures'][number] | null {
  for (const name of subject.model_names) {
    const figure = metric.figures.find((each) => each.model === name);
    if (figure) return figure;
  }
  return null;
}
