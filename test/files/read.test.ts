/** What a path may lead to: every file that can't be read as text is a clear error, and none of them hangs or fills the memory. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/files/load.ts';
import { InputError } from '../../src/files/problem.ts';
import { MAX_BYTES, readText } from '../../src/files/read.ts';
import { catalog, SMALL } from './sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'crossover read '));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function codesOf(path: string): readonly string[] {
  try {
    loadScenario(path, { catalog });
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ code }) => code);
    throw error;
  }
}

describe('files that are no scenario', () => {
  it('missing', () => expect(codesOf(join(folder, 'none.yaml'))).toEqual(['file.missing']));
  it('below a file', () => expect(codesOf(join(file('a.yaml', SMALL), 'b.yaml'))).toEqual(['file.missing']));
  it('a zero byte in the path', () => expect(codesOf(`${folder}/a\0b`)).toEqual(['file.missing']));
  it('a folder', () => {
    mkdirSync(join(folder, 'folder.yaml'));
    expect(codesOf(join(folder, 'folder.yaml'))).toEqual(['file.directory']);
  });
  it('a link in a circle', () => {
    symlinkSync(join(folder, 'circle'), join(folder, 'circle'));
    expect(codesOf(join(folder, 'circle'))).toEqual(['file.missing']);
  });
  it('binary', () => expect(codesOf(file('binary', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])))).toEqual(['file.binary']));
  it('UTF-16', () => expect(codesOf(file('utf16', Buffer.from('\ufeffversion: 1\n', 'utf16le')))).toEqual(['file.binary']));
  it('Latin-1', () => expect(codesOf(file('latin1', Buffer.from('name: caf\u00e9\n', 'latin1')))).toEqual(['file.not-utf8']));
  it('over 10 MiB, without being read', () => {
    const big = file('big', '');
    truncateSync(big, 8 * 1024 ** 3);
    expect(codesOf(big)).toEqual(['file.too-big']);
  });
  it('one byte over, and exactly 10 MiB', () => {
    expect(codesOf(file('over', `#${' '.repeat(MAX_BYTES)}`))).toEqual(['file.too-big']);
    expect(readText(file('limit', ' '.repeat(MAX_BYTES)))).toHaveLength(MAX_BYTES);
  });
  it.skipIf(process.platform === 'win32')('a pipe nobody writes to', () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(codesOf(join(folder, 'pipe'))).toEqual(['file.not-regular']);
  });
  it.skipIf(process.platform === 'win32')('a device', () => expect(codesOf('/dev/zero')).toEqual(['file.not-regular']));
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('without permission', () => {
    const closed = file('closed', SMALL);
    chmodSync(closed, 0);
    expect(codesOf(closed)).toEqual(['file.unreadable']);
  });
  it('ten million brackets', () => expect(codesOf(file('brackets', '['.repeat(MAX_BYTES)))).toEqual(['yaml.too-deep']));
  it('ten million dashes', () => expect(codesOf(file('dashes', '- '.repeat(MAX_BYTES / 2)))).toEqual(['yaml.too-deep']));
});

describe('files that are fine', () => {
  it('a byte order mark', () => expect(codesOf(file('bom.yaml', `\ufeff${SMALL}`))).toEqual([]));
  it('CRLF', () => expect(codesOf(file('crlf.yaml', SMALL.replaceAll('\n', '\r\n')))).toEqual([]));
  it('JSON', () =>
    expect(
      codesOf(
        file(
          's.json',
          JSON.stringify({
            version: 1,
            name: 'x',
            workload: { requests_per_month: 5, tokens: { input: 1, output: 1 } },
            options: [{ id: 'gpt', cloud_api: 'openai/gpt-4o' }],
          }),
        ),
      ),
    ).toEqual([]));
  it('anchors and merge keys in moderation', () => {
    const text = `${SMALL.replace('  - id: gpt', '  - &base\n    id: gpt')}  - { <<: *base, id: third, discount: 50% }\n`;
    expect(codesOf(file('anchors.yaml', text))).toEqual([]);
  });
  it('a path with spaces, and files relative to the scenario', () => {
    mkdirSync(join(folder, 'my profiles'));
    const distribution = '{ mean: 10, p50: 10, p95: 10, p99: 10, total: 100 }';
    file(
      'my profiles/p.yaml',
      `schema_version: 1\nsource: made up\nrequests: 10\nspan_s: 60\ninput_tokens: ${distribution}\noutput_tokens: ${distribution}\npeak_to_average: { minute: 2, hour: null }\n`,
    );
    const text = SMALL.replace(/ {2}tokens:\n.*\n.*\n/, '  profile: my profiles/p.yaml\n');
    const { scenario } = loadScenario(file('profiled.yaml', text), { catalog });
    expect(scenario.workload.tokens).toEqual({ input: 10, output: 10, reasoning: 0, cached_input: 0, cache_write: 0 });
    expect(scenario.workload.profile?.name).toBe('p');
    expect(scenario.workload.shape).toBeNull();
  });
});

describe('hostile keys', () => {
  it('leave the prototypes alone', () => {
    codesOf(file('proto.yaml', `${SMALL}__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n`));
    codesOf(
      file(
        'proto2.yaml',
        `${SMALL}requirements: { have: { __proto__: [dpa], constructor: [dpa] } }\nwhat_if: { __proto__: [1], constructor.name: [1], workload.__proto__.x: [1] }\n`,
      ),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
  it('are mistakes like any unknown key', () => expect(codesOf(join(folder, 'proto.yaml'))).toEqual(['scenario.unknown-key', 'scenario.unknown-key']));
});
