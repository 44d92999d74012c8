/** `route calibrate`: from a log file to a report, and to the file a scenario names. */

import type { CalibrateOptions, CalibrationReport } from '../../engine/hybrid/calibrate.ts';
import { calibrate } from '../../engine/hybrid/calibrate.ts';
import type { Drift } from '../../engine/hybrid/drift.ts';
import { driftOf } from '../../engine/hybrid/drift.ts';
import { thin } from '../../engine/hybrid/frontier.ts';
import { loadYaml } from '../../files/load.ts';
import { InputError } from '../../files/problem.ts';
import { oldCalibrationSchema } from '../../schema/calibration-drift.ts';
import { type Field, findColumns } from '../log/columns.ts';
import { type RowOptions, rowsOf, type StrategyTotals } from '../log/rows.ts';
import { readTable } from '../log/table.ts';

export interface CalibrateRequest extends CalibrateOptions, RowOptions {
  readonly columns: Partial<Record<Field, string>>;
  /** An old calibration file to check the log against. */
  readonly against: string | null;
}

export interface Calibrated {
  readonly report: CalibrationReport;
  readonly strategies: readonly StrategyTotals[];
  readonly drift: Drift | null;
}

/** @throws InputError when the log, its columns or the old calibration can't be read */
export function calibrateLog(path: string, request: CalibrateRequest): Calibrated {
  const old = request.against === null ? null : loadYaml(request.against, oldCalibrationSchema, 'calibration');
  const table = readTable(path);
  const { rows, repeated, strategies } = rowsOf(table, findColumns(table, request.columns), request);
  if (rows.every(({ score }) => score === null))
    throw InputError.of(
      'calibrate.no-scores',
      'No row of the log has a score.',
      'Name another column with --score, or give the log of a policy that scores.',
      path,
    );
  const report = calibrate(rows, request);
  const again = repeated === 0 ? [] : [{ code: 'calibration.repeated_ids', message: `${repeated} rows repeat an earlier id and are left out.` }];
  return { report: { ...report, warnings: [...again, ...report.warnings] }, strategies, drift: old === null ? null : driftOf(old, rows) };
}

export function calibrationJson({ report, strategies, drift }: Calibrated): string {
  return `${JSON.stringify({ ...report, strategies, drift }, null, 2)}\n`;
}

/** Points of the frontier kept in a file; a plan draws no finer. */
const KEPT = 201;

/** The calibration file: the report with fewer points. JSON, which is YAML too. */
export function calibrationFile({ report }: Calibrated, log: string): string {
  return `${JSON.stringify({ ...report, log, frontier: thin(report.frontier, KEPT), random: thin(report.random, 21), oracle: thin(report.oracle, 21) }, null, 1)}\n`;
}
