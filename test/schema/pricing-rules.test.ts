import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { providersFile } from '../../src/schema/pricing-providers.ts';
import { needsFile, rulesFile } from '../../src/schema/pricing-rules.ts';

const read = (folder: string, name: string): unknown => parse(readFileSync(`pricing/${folder}/${name}`, 'utf8'));
for (const name of readdirSync('pricing/rules')) it(name, () => { const r = (name === 'needs.yaml' ? needsFile : rulesFile).safeParse(read('rules', name)); expect(r.error?.issues ?? []).toEqual([]); });
for (const name of readdirSync('pricing/providers')) it(name, () => { expect(providersFile.safeParse(read('providers', name)).error?.issues ?? []).toEqual([]); });
