/** The engine's public door: plain values in, one plan out. Runs in Node and in a browser alike. */
export type * from './catalog.ts';
export { amortize } from './cost/owned.ts';
export { type CostLine, costCurve } from './curve.ts';
export type * from './findings.ts';
export { breakEvenEscalation, type LegShares, legShares } from './hybrid/legs.ts';
export { type KnownChange, knownChanges } from './known-changes.ts';
export type * from './measurement.ts';
export { type PlanInput, plan } from './plan.ts';
export type * from './result.ts';
export type * from './scenario.ts';
export { valueAt, withValue } from './set-value.ts';
export type * from './units.ts';
