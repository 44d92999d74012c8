/** Other files a scenario names: read by whoever opens files, asked for by path while the scenario is read. */

import * as z from 'zod/mini';
import type { Measurement } from '../engine/measurement.ts';
import type { Calibration, Profile } from '../engine/scenario.ts';
import { type FieldIssue, filePath, report } from './fields.ts';

/** What was read, or why not; a null issue means that the problems inside that file have been noted where they stand. */
export type Loaded<T> = { readonly value: T } | { readonly issue: FieldIssue | null };

export interface References {
  readonly profile: (path: string) => Loaded<Profile>;
  readonly measurement: (path: string) => Loaded<Measurement>;
  readonly calibration: (path: string) => Loaded<Calibration>;
  /** Units of a currency per US dollar, null when it isn't known. */
  readonly perUsd: (currency: string) => number | null;
}

/** Problems inside the named file were noted there; this one only stops the reading. */
export const NOTED_ELSEWHERE = 'file.noted-elsewhere';

/** For schemas that are described and never read with. */
export const noReferences: References = { profile: nothing, measurement: nothing, calibration: nothing, perUsd: () => null };

function nothing(): Loaded<never> {
  return { issue: { path: [], code: 'file.not-read', message: 'names another file, and no files are read here' } };
}

/** A path in the file, the named file's content after reading. */
export function reference<T>(load: (path: string) => Loaded<T>): z.ZodMiniType<T, unknown> {
  return z.pipe(
    filePath,
    z.transform((path, context): T => {
      const loaded = load(path);
      if ('value' in loaded) return loaded.value;
      return report(context, loaded.issue ?? { path: [], code: NOTED_ELSEWHERE, message: 'names a file with mistakes in it' });
    }),
  ) as unknown as z.ZodMiniType<T, unknown>;
}
