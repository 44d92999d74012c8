/** Schemas and engine types say the same, both ways; checked by tsc, which fails on a line below when one of them moves. */

import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod/mini';
import type { Measurement } from '../../src/engine/measurement.ts';
import type { PlanDocument } from '../../src/engine/result.ts';
import type { Calibration, Profile, Scenario } from '../../src/engine/scenario.ts';
import { type Answers, answersSchema } from '../../src/schema/answers.ts';
import { calibrationSchema } from '../../src/schema/calibration.ts';
import { measurementSchema } from '../../src/schema/measurement.ts';
import { planDocument } from '../../src/schema/plan.ts';
import { profileSchema } from '../../src/schema/profile.ts';
import { scenarioSchema } from '../../src/schema/scenario.ts';

/** Without `readonly`, and with intersections written out: the two ways of saying one shape. */
type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[] : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;

type Output<S> = S extends z.ZodMiniType ? Plain<z.output<S>> : never;

describe('schemas give exactly the engine types', () => {
  it('scenario', () => {
    expectTypeOf<Output<ReturnType<typeof scenarioSchema>>>().toEqualTypeOf<Plain<Scenario>>();
    expect(scenarioSchema()).toBeDefined();
  });
  it('profile', () => {
    expectTypeOf<Output<ReturnType<typeof profileSchema>>>().toEqualTypeOf<Plain<Profile>>();
    expect(profileSchema('x')).toBeDefined();
  });
  it('measurement', () => {
    expectTypeOf<Output<ReturnType<typeof measurementSchema>>>().toEqualTypeOf<Plain<Measurement>>();
    expect(measurementSchema()).toBeDefined();
  });
  it('calibration', () => {
    expectTypeOf<Output<ReturnType<typeof calibrationSchema>>>().toEqualTypeOf<Plain<Calibration>>();
    expect(calibrationSchema('x')).toBeDefined();
  });
  it('answers', () => {
    expectTypeOf<Output<typeof answersSchema>>().toEqualTypeOf<Plain<Answers>>();
    expect(answersSchema).toBeDefined();
  });
  it('plan document', () => {
    expectTypeOf<Output<typeof planDocument>>().toEqualTypeOf<Plain<PlanDocument>>();
    expect(planDocument).toBeDefined();
  });
});
