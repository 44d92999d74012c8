/** JSON Schemas from zod, in the form people write ("input"), for editors and other programs. */

import * as z from 'zod';
import { representationOf } from './fields.ts';
import { type RegisteredSchema, registry } from './registry.ts';

type Json = Record<string, unknown>;

/** File name -> content, the same bytes every time. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(registry.map((entry) => [`${entry.name}.schema.json`, `${JSON.stringify(jsonSchema(entry), null, 1)}\n`]));
}

function jsonSchema({ name, title, schema }: RegisteredSchema): Json {
  const { $schema, ...rest } = convert(schema, name === 'plan' ? 'ref' : 'inline');
  return { $schema, title, description: `Generated from src/schema, not edited by hand: ${name}.`, ...rest };
}

/** Parts the plan uses over and over become definitions; those of files read by code can't, their references would not survive `replace`. */
function convert(schema: z.core.$ZodType, reused: 'ref' | 'inline'): Json {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    reused,
    override: ({ zodSchema, jsonSchema: json }) => {
      const shape = representationOf(zodSchema);
      if (shape !== null) replace(json as Json, convert(shape, 'inline'));
      // A null default only says that the key may be left out.
      if (json.default === null) delete json.default;
    },
  }) as Json;
}

/** Fills what reading by code left empty; descriptions given outside win. */
function replace(json: Json, { $schema: _, ...shape }: Json): void {
  for (const [key, value] of Object.entries(shape)) if (!(key in json)) json[key] = value;
}
