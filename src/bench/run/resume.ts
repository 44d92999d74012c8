/** Reads what a run left on disk, to go on with it or to report it. */
import { existsSync } from 'node:fs';
import { InputError } from '../../files/problem.ts';
import { PointData, type TokenCounts } from '../measure/point-data.ts';
import { readRecords } from './records-file.ts';
import { type RunFile, readRunFile } from './run-file.ts';

export interface LeftBehind {
  readonly file: RunFile;
  /** By level; levels that had not begun are missing at the end. */
  readonly points: readonly PointData[];
}

/** @throws InputError when either file is missing or is none of ours */
export function readRun(records: string): LeftBehind {
  if (!existsSync(records)) throw InputError.of('file.missing', 'There is no such records file.', 'Give the file named by --records of a bench run.', records);
  return { file: readRunFile(records), points: readPoints(records) };
}

/** The requests of a records file by level, warm-ups counted and left out. */
function readPoints(records: string): readonly PointData[] {
  const points: PointData[] = [];
  const counts = new Map<number, TokenCounts>();
  readRecords(
    records,
    (record) => {
      for (let level = points.length; level <= record.point; level++) points.push(new PointData());
      points[record.point]?.add(record);
    },
    (id, better) => counts.set(id, better),
  );
  for (const point of points) point.correct(counts);
  return points;
}
