/** Reads the price files, calibrates, and gives the new calibration file as text. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { type CalibrationInput, calibrate } from '../engine/capacity/calibration-run.ts';
import { InputError } from '../files/problem.ts';
import { readText } from '../files/read.ts';
import { parseYaml } from '../files/yaml.ts';
import { hardwareFile } from '../schema/pricing-hardware.ts';
import { modelsFile } from '../schema/pricing-models.ts';
import { publishedThroughputFile } from '../schema/pricing-throughput.ts';
import { calibrationText } from './calibration-text.ts';

/** @throws InputError when a file is missing or wrong */
export function calibrateFolder(folder: string, today: string, progress: CalibrationInput['progress']): string {
  const published = read(join(folder, 'throughput', 'published.yaml'), publishedThroughputFile);
  const models = files(join(folder, 'models')).flatMap((path) => read(path, modelsFile).items);
  const hardware = files(join(folder, 'hardware')).flatMap((path) => read(path, hardwareFile).items);
  return calibrationText(calibrate({ rows: published.rows, models, hardware, today, progress }));
}

function files(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
}

function read<T>(path: string, schema: z.ZodType<T, unknown>): T {
  const parsed = parseYaml(readText(path), path);
  if (parsed.problems.length > 0) throw new InputError(parsed.problems);
  const result = schema.safeParse(parsed.value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw InputError.of('data.invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}.`, null, path);
}
