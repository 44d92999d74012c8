/** Where a path leads in a schema: which keys are known there, which quantity stands at its end. */

import * as z from 'zod/mini';
import { isMap, type QuantityField, quantityOf, representationOf } from './fields.ts';

type Schema = z.core.$ZodType;

export type Walked =
  | { readonly kind: 'found'; readonly schemas: readonly Schema[]; readonly keys: readonly (string | number)[] }
  | { readonly kind: 'unknown'; readonly at: number; readonly known: readonly string[] };

/** The plain forms a schema accepts: wrappers, pipes and unions opened. */
function open(schema: Schema): readonly Schema[] {
  if (quantityOf(schema) !== null) return [schema];
  const shape = representationOf(schema);
  if (shape !== null) return open(shape);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'pipe') return open(def.in);
  if (def.type === 'optional' || def.type === 'default' || def.type === 'nullable') return open(def.innerType);
  return def.type === 'union' ? def.options.flatMap(open) : [schema];
}

function shapeOf(schema: Schema): Readonly<Record<string, Schema>> | null {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'object' ? def.shape : null;
}

/** Of several forms of a map, those that know most of its keys: a cloud API's own keys, not those of every option. */
function fitting(schemas: readonly Schema[], raw: unknown): readonly Schema[] {
  if (!isMap(raw)) return schemas;
  const keys = Object.keys(raw);
  const score = (schema: Schema) => keys.filter((key) => Object.hasOwn(shapeOf(schema) ?? {}, key)).length - lacking(schema, raw);
  const best = Math.max(...schemas.map(score));
  return schemas.filter((schema) => score(schema) === best);
}

/** How many of the keys a form insists on are not there. */
function lacking(schema: Schema, raw: Readonly<Record<string, unknown>>): number {
  return Object.entries(shapeOf(schema) ?? {}).filter(([key, child]) => !Object.hasOwn(raw, key) && !z.safeParse(child, undefined).success).length;
}

/** Keys a map may have at this place. */
export function knownKeys(schemas: readonly Schema[], raw: unknown): readonly string[] {
  return [...new Set(fitting(schemas, raw).flatMap((schema) => Object.keys(shapeOf(schema) ?? {})))];
}

/** Follows `path`, list items by id or index, through the schema and the value read so far. */
export function walk(root: Schema, value: unknown, path: readonly (string | number)[]): Walked {
  let schemas = open(root);
  let raw = value;
  const keys: (string | number)[] = [];
  for (const [at, step] of path.entries()) {
    const below = descend(schemas, raw, step);
    if ('known' in below) return { kind: 'unknown', at, known: below.known };
    keys.push(below.key);
    schemas = below.schemas;
    raw = childOf(raw, below.key);
  }
  return { kind: 'found', schemas, keys };
}

type Descent = { readonly key: string | number; readonly schemas: readonly Schema[] } | { readonly known: readonly string[] };

function descend(schemas: readonly Schema[], raw: unknown, step: string | number): Descent {
  const key = Array.isArray(raw) ? itemIndex(raw, step) : step;
  if (key === null) return { known: idsOf(raw) };
  const below = fitting(schemas, raw).flatMap((schema) => childSchemas(schema, key));
  return below.length === 0 ? { known: knownKeys(schemas, raw) } : { key, schemas: below };
}

function childSchemas(schema: Schema, key: string | number): readonly Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return Object.hasOwn(def.shape, key) ? open(def.shape[key] as Schema) : [];
  if (def.type === 'array') return typeof key === 'number' ? open(def.element) : [];
  return def.type === 'record' ? open(def.valueType) : [];
}

function itemIndex(items: readonly unknown[], step: string | number): number | null {
  const byId = items.findIndex((item) => isMap(item) && item.id === step);
  if (byId !== -1) return byId;
  const index = Number(step);
  return Number.isInteger(index) && index >= 0 && index < items.length ? index : null;
}

function idsOf(raw: unknown): readonly string[] {
  return Array.isArray(raw) ? raw.flatMap((item) => (isMap(item) && typeof item.id === 'string' ? [item.id] : [])) : [];
}

function childOf(raw: unknown, key: string | number): unknown {
  if (Array.isArray(raw)) return raw[Number(key)];
  return isMap(raw) && Object.hasOwn(raw, key) ? raw[key] : undefined;
}

/** The quantity that may stand at the end of a path, null when something else does. */
export function quantityAt(walked: Walked): QuantityField | null {
  if (walked.kind === 'unknown') return null;
  return walked.schemas.map(quantityOf).find((field) => field !== null) ?? null;
}
