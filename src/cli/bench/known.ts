import { catalogModelId } from '../../bench/output/model-id.ts';
import type { AnyMeasurement } from '../../bench/output/report.ts';
import type { Known } from '../../bench/output/scenario-option.ts';
import { findAccelerator } from '../../capacity/names.ts';
import { asObject } from '../../llm/api/signal.ts';
import { loadCatalogFor } from '../../prices/catalog.ts';

/** What the catalog knows of the measured model, and of the GPU that telemetry saw. */
export function knownOf(measurement: AnyMeasurement): Known {
  const { models, hardware } = loadCatalogFor([]);
  const seen = Object.values(measurement.telemetry ?? {})
    .map((level) => asObject(asObject(level)?.gpu)?.name)
    .find((name) => typeof name === 'string');
  const gpu = typeof seen === 'string' ? findAccelerator(seen, hardware) : null;
  return { model: catalogModelId(measurement.target.model, models), gpu: gpu?.kind === 'found' ? gpu.value.id : null };
}
