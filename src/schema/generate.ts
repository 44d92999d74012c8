/** Build step: `node generate.js schema` writes a JSON Schema for every kind of file. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas } from './json-schema.ts';

const [folder = 'schema'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const [name, content] of jsonSchemas()) writeFileSync(join(folder, name), content);
