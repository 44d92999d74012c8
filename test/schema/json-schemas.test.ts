/** The generated JSON Schemas: current, valid, and of one mind with the loader about good and wrong scenarios. */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { jsonSchemas } from '../../src/schema/json-schema.ts';
import { FULL, SMALL, SPEECH } from '../files/sample.ts';

const schemas = jsonSchemas();

function validator(name: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  return ajv.compile(JSON.parse(schemas.get(`${name}.schema.json`) ?? '') as object);
}

describe('schema/', () => {
  it('is current: node .build/build.mjs --schemas writes it', () => {
    const committed = readdirSync('schema').filter((file) => file.endsWith('.json'));
    expect(committed.sort()).toEqual([...schemas.keys()].sort());
    for (const [name, content] of schemas) expect(readFileSync(`schema/${name}`, 'utf8') === content, `schema/${name} is current`).toBe(true);
  });

  it.each([...schemas.keys()])('%s compiles', (name) => {
    expect(validator(name.replace('.schema.json', ''))).toBeTypeOf('function');
  });
});

describe('scenario.schema.json', () => {
  const validate = validator('scenario');
  const errors = (text: string) => {
    validate(parse(text));
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };

  it.each([
    ['FULL', FULL],
    ['SMALL', SMALL],
    ['SPEECH', SPEECH],
  ])('accepts %s', (_, text) => expect(errors(text)).toEqual([]));

  it.each(readdirSync('scenarios').filter((file) => file.endsWith('.yaml')))('accepts scenarios/%s', (file) => {
    expect(errors(readFileSync(`scenarios/${file}`, 'utf8'))).toEqual([]);
  });

  it.each([
    'unknown-key-top',
    'unknown-key-nested',
    'unknown-key-option',
    'key-of-another-kind',
    'missing-version',
    'missing-name',
    'wrong-version',
    'requests-in-words',
    'requests-zero',
    'range-incomplete',
    'range-extra-key',
    'share-as-number-of-percent',
    'slo-wrong-unit',
    'unknown-modality',
    'option-without-kind',
    'option-two-kinds',
    'rental-form',
    'redundancy-word',
    'policy-unknown',
    'policy-level',
    'empty-options',
    'data-not-a-list',
  ])('refuses %s', (name) => {
    expect(errors(readFileSync(`test/fixtures/invalid/${name}.yaml`, 'utf8'))).not.toEqual([]);
  });
});
