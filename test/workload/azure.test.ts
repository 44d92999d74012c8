import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadProfile } from '../../src/files/load.ts';
import { importLog } from '../../src/workload/import.ts';
import { profileYaml, toProfile } from '../../src/workload/profile.ts';
import { DEFAULTS } from './logs.ts';

const TRACES = '../shared/data/traces';
const here = existsSync(TRACES);
if (!here) console.warn(`azure.test.ts: ${TRACES} is absent; the tests on the whole traces are skipped.`);

describe.skipIf(!here)('the Azure 2023 traces give their published figures', () => {
  it('conversation', async () => {
    const result = await importLog(`${TRACES}/AzureLLMInferenceTrace_conv.csv`, DEFAULTS);
    expect(result.format).toBe('azure');
    expect(result.requests).toBe(19_366);
    expect(result.dropped).toEqual({});
    expect(result.input_tokens).toMatchObject({ p50: 1020, p95: 4083, p99: 4142, total: 22_361_870 });
    expect(result.output_tokens).toMatchObject({ p50: 129, p95: 451, p99: 601, total: 4_088_665 });
    expect([result.input_tokens.mean?.toFixed(1), result.output_tokens.mean?.toFixed(1)]).toEqual(['1154.7', '211.1']);
    expect(result.requests_per_s?.toFixed(2)).toBe('5.53');
    expect([result.peak_to_average.hour, result.hour_of_week, result.cached_share]).toEqual([null, null, null]);
    expect(result.notes.map((note) => note.code)).toContain('workload.short-span');
  });

  it('code', async () => {
    const result = await importLog(`${TRACES}/AzureLLMInferenceTrace_code.csv`, DEFAULTS);
    expect([result.requests, result.input_tokens.total, result.output_tokens.total]).toEqual([8819, 18_059_974, 245_896]);
    expect([result.input_tokens.p50, result.output_tokens.p50]).toEqual([1469, 13]);
  });

  it.each(['conv', 'code'])('the committed profile azure-%s is made from the trace, byte for byte', async (kind) => {
    const path = `scenarios/profiles/azure-${kind}.yaml`;
    const { name, source } = loadProfile(path);
    const result = await importLog(`${TRACES}/AzureLLMInferenceTrace_${kind}.csv`, { ...DEFAULTS, name, source });
    expect(profileYaml(toProfile(result), '../../schema/profile.schema.json')).toBe(readFileSync(path, 'utf8'));
  });
});

it.each(['conv', 'code'])('the committed profile azure-%s loads, names its source and licence, and its cells add up', (kind) => {
  const profile = loadProfile(`scenarios/profiles/azure-${kind}.yaml`);
  expect(profile.source).toMatch(/CC-BY-4\.0.*ISCA 2024/);
  expect(profile.hour_of_week).toBeNull();
  const cells = profile.joint_histogram?.cells ?? [];
  const sum = (pick: (cell: (typeof cells)[number]) => number): number => cells.reduce((total, cell) => total + pick(cell), 0);
  expect(sum((cell) => cell.count)).toBe(profile.requests);
  expect(sum((cell) => Math.round(cell.count * cell.input_mean))).toBe(profile.input_tokens.total);
  expect(sum((cell) => Math.round(cell.count * cell.output_mean))).toBe(profile.output_tokens.total);
});
