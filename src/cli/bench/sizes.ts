import { resolve } from 'node:path';
import type { SizeBucket } from '../../bench/load/prompts.ts';
import type { JointHistogram, Profile, Workload } from '../../engine/scenario.ts';
import { likely } from '../../engine/units.ts';
import { loadProfile, loadScenario } from '../../files/load.ts';
import { InputError } from '../../files/problem.ts';
import { loadCatalog } from '../../prices/catalog.ts';
import type { Io } from '../io.ts';

/** Prompt and answer lengths of a scenario or a profile, as a distribution where the file has one. */
export function sizesFrom(file: string | undefined, io: Io): readonly SizeBucket[] | null {
  if (file === undefined) return null;
  const path = resolve(io.cwd, file);
  const workload = workloadOf(path);
  return workload === null ? profileSizes(loadProfile(path)) : workloadSizes(workload, file);
}

/** Null: the file is no scenario, so it is read as a profile, which says what is wrong with it if it is neither. */
function workloadOf(path: string): Workload | null {
  try {
    return loadScenario(path, { catalog: loadCatalog() }).scenario.workload;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.problems.some((problem) => problem.code.startsWith('file.'))) throw error;
    try {
      loadProfile(path);
    } catch {
      throw error;
    }
    return null;
  }
}

function workloadSizes(workload: Workload, file: string): readonly SizeBucket[] {
  if (workload.profile?.joint_histogram) return histogramSizes(workload.profile.joint_histogram);
  const { tokens } = workload;
  if (tokens === null) throw InputError.of('bench.no-tokens', 'The scenario has no token counts.', 'Give --input and --output instead of --scenario.', file);
  return [
    { input_tokens: Math.round(likely(tokens.input)), output_tokens: Math.max(1, Math.round(likely(tokens.output) + likely(tokens.reasoning))), weight: 1 },
  ];
}

function profileSizes(profile: Profile): readonly SizeBucket[] {
  if (profile.joint_histogram !== null) return histogramSizes(profile.joint_histogram);
  return [{ input_tokens: Math.round(profile.input_tokens.mean), output_tokens: Math.max(1, Math.round(profile.output_tokens.mean)), weight: 1 }];
}

function histogramSizes(histogram: JointHistogram): readonly SizeBucket[] {
  return histogram.cells.map((cell) => ({
    input_tokens: Math.max(1, Math.round(cell.input_mean)),
    output_tokens: Math.max(1, Math.round(cell.output_mean)),
    weight: cell.count,
  }));
}
