/**
 * Fits the constants of the physical model: weighted least squares of log errors with a prior that holds every constant near its
 * start, by Levenberg-Marquardt with numeric derivatives; Huber weights keep single odd rows from pulling. Deterministic.
 */

/** Finds positive constants near `center` for which `predict` is close to `target` in logarithm. */
export interface FitProblem {
  readonly center: Readonly<Record<string, number>>;
  /** Where to begin, by name; null or absent: at the center. */
  readonly start: Readonly<Record<string, number>> | null;
  /** Standard deviation of ln(value / center) allowed, by name. */
  readonly prior: (name: string) => number;
  /** Logarithm predicted for a row; a null row is left out. */
  readonly predict: (constants: Readonly<Record<string, number>>, row: number) => number | null;
  /** Rows a constant bears on; null: all of them. Only saves time. */
  readonly rowsOf: (name: string) => readonly number[] | null;
  readonly target: readonly number[];
  readonly weight: readonly number[];
  readonly iterations: number;
}

/** Log error beyond which a row counts linearly, not squared. */
const HUBER = 0.2;
const STEP = 0.02;

export function fitConstants(problem: FitProblem): Readonly<Record<string, number>> {
  const names = Object.keys(problem.center);
  const center = names.map((name) => Math.log(problem.center[name] as number));
  let at = names.map((name) => Math.log(problem.start?.[name] ?? (problem.center[name] as number)));
  let damping = 0.1;
  let errors = residuals(problem, names, at);
  let cost = costOf(problem, names, at, center, errors);
  for (let i = 0; i < problem.iterations && damping < 1e6; i++) {
    const system = normalEquations(problem, names, at, center, errors);
    const next = add(at, solve(system.matrix, system.vector, damping));
    const nextResidual = residuals(problem, names, next);
    const nextCost = costOf(problem, names, next, center, nextResidual);
    if (nextCost < cost) {
      const gain = (cost - nextCost) / cost;
      at = next;
      errors = nextResidual;
      cost = nextCost;
      damping = Math.max(1e-4, damping / 3);
      if (gain < 1e-5) break;
    } else damping *= 4;
  }
  return toRecord(names, at);
}

function toRecord(names: readonly string[], logs: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, i) => [name, Math.exp(logs[i] as number)]));
}

function residuals(problem: FitProblem, names: readonly string[], logs: readonly number[]): Float64Array {
  const constants = toRecord(names, logs);
  return Float64Array.from(problem.target, (_, i) => residual(problem, constants, i));
}

function residual(problem: FitProblem, constants: Readonly<Record<string, number>>, row: number): number {
  const value = problem.predict(constants, row);
  return value === null ? 0 : value - (problem.target[row] as number);
}

function costOf(problem: FitProblem, names: readonly string[], at: readonly number[], center: readonly number[], residual: Float64Array): number {
  let cost = 0;
  residual.forEach((r, i) => {
    const size = Math.abs(r);
    cost += (problem.weight[i] as number) * (size < HUBER ? size * size : 2 * HUBER * size - HUBER * HUBER);
  });
  names.forEach((name, j) => {
    cost += (((at[j] as number) - (center[j] as number)) / problem.prior(name)) ** 2 * PRIOR_SCALE;
  });
  return cost;
}

/** Log variance of a row the model fits well: puts priors and rows on one scale. */
const PRIOR_SCALE = 0.15 ** 2;

function normalEquations(
  problem: FitProblem,
  names: readonly string[],
  at: readonly number[],
  center: readonly number[],
  residual: Float64Array,
): { matrix: Float64Array[]; vector: Float64Array } {
  const slopes = names.map((_, j) => slopesOf(problem, names, at, j, residual));
  const weights = Float64Array.from(residual, (r, i) => (problem.weight[i] as number) * Math.min(1, HUBER / Math.max(1e-9, Math.abs(r))));
  const matrix = names.map(() => new Float64Array(names.length));
  const vector = new Float64Array(names.length);
  names.forEach((name, j) => {
    const sj = slopes[j] as Float64Array;
    for (let k = 0; k <= j; k++) {
      const sk = slopes[k] as Float64Array;
      let sum = 0;
      for (let i = 0; i < residual.length; i++) sum += (weights[i] as number) * (sj[i] as number) * (sk[i] as number);
      (matrix[j] as Float64Array)[k] = sum;
      (matrix[k] as Float64Array)[j] = sum;
    }
    let gradient = 0;
    for (let i = 0; i < residual.length; i++) gradient += (weights[i] as number) * (sj[i] as number) * (residual[i] as number);
    const stiffness = PRIOR_SCALE / problem.prior(name) ** 2;
    (matrix[j] as Float64Array)[j] = ((matrix[j] as Float64Array)[j] as number) + stiffness;
    vector[j] = -(gradient + stiffness * ((at[j] as number) - (center[j] as number)));
  });
  return { matrix, vector };
}

function slopesOf(problem: FitProblem, names: readonly string[], at: readonly number[], j: number, here: Float64Array): Float64Array {
  const constants = toRecord(
    names,
    at.map((value, k) => (k === j ? value + STEP : value)),
  );
  const slopes = new Float64Array(here.length);
  const slopeOf = (row: number) => (residual(problem, constants, row) - (here[row] as number)) / STEP;
  const rows = problem.rowsOf(names[j] as string);
  if (rows === null) return slopes.map((_, row) => slopeOf(row));
  for (const row of rows) slopes[row] = slopeOf(row);
  return slopes;
}

function add(a: readonly number[], b: Float64Array): number[] {
  return a.map((value, i) => value + Math.max(-0.7, Math.min(0.7, b[i] as number)));
}

/** Solves (A + damping diag A) x = b by Cholesky; A symmetric positive definite. */
function solve(matrix: readonly Float64Array[], vector: Float64Array, damping: number): Float64Array {
  const n = vector.length;
  const lower = matrix.map((row) => Float64Array.from(row));
  for (let j = 0; j < n; j++) {
    const row = lower[j] as Float64Array;
    for (let k = 0; k <= j; k++) {
      const other = lower[k] as Float64Array;
      let sum = k === j ? (row[j] as number) * (1 + damping) : (row[k] as number);
      for (let p = 0; p < k; p++) sum -= (row[p] as number) * (other[p] as number);
      row[k] = k === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (other[k] as number);
    }
  }
  const x = Float64Array.from(vector);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) x[j] = (x[j] as number) - ((lower[j] as Float64Array)[k] as number) * (x[k] as number);
    x[j] = (x[j] as number) / ((lower[j] as Float64Array)[j] as number);
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let k = j + 1; k < n; k++) x[j] = (x[j] as number) - ((lower[k] as Float64Array)[j] as number) * (x[k] as number);
    x[j] = (x[j] as number) / ((lower[j] as Float64Array)[j] as number);
  }
  return x;
}
