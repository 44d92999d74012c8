/** A scenario whose every string is an attack, in every format. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { commandMessage, commandProperty, log, markdown, xml } from '../../src/ci/output/escape.ts';
import { CHECK_FORMATS } from '../../src/ci/output/index.ts';
import { cli, files } from './run.ts';

const EVIL =
  '</td></details><script>alert(1)</script><img src=x onerror=alert(1)> ]]> | [x](javascript:alert(1)) ![i](http://evil/i.png) @everyone #1 `code` $x$ <!-- llm-crossover check --> http://evil.example www.evil.example =cmd()\\n::set-output name=a::b\\n::error file=a:b::c\\n##vso[task.setvariable]x\\n# Heading\\n- item';
const text = `version: 1
name: "${EVIL}"
workload: { requests_per_month: 10k, tokens: { input: 1000, output: 300 } }
options:
  - { id: api, label: "${EVIL}", quoted: { as: cloud_api, usd_per_request: 0.01, source: "${EVIL}" } }
  - { id: own, quoted: { as: self_host, usd_per_request: 0.015 } }
policies: { max_monthly_usd: 1, verdict_must_be: own, min_margin: { value: 99%, level: warn } }
`;
const FILE = 's ::warning:: $(touch x) [a](b),%.yaml';
const shown: Record<string, string> = {};
let err = '';
let summary = '';

beforeAll(async () => {
  const root = files({ [FILE]: text, 'summary.md': '' });
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(root, 'summary.md'), GITHUB_WORKSPACE: root };
  for (const format of CHECK_FORMATS) {
    const ran = await cli(['check', join(root, FILE), '--format', format], root, format === 'terminal' ? env : { GITHUB_WORKSPACE: root });
    expect([format, ran.code, ran.code === 2 ? ran.err : '']).toEqual([format, 1, '']);
    shown[format] = ran.out;
    if (format === 'terminal') err = ran.err;
  }
  summary = readFileSync(join(root, 'summary.md'), 'utf8');
});

it('escape sequences and hidden characters are shown, not sent', () => {
  for (const safe of [log, xml, markdown, commandMessage]) expect(safe('a\u001b[31m')).toMatch(/^a\\+u001b/);
  expect(log('b\u202ec')).toBe('b\\u202ec');
  expect(xml('\ud800 \uffff')).toBe('\ufffd \ufffd');
  expect(commandProperty('50%, a:b\r\n::x')).toBe('50%25%2C a%3Ab %3A%3Ax');
});

it('no control character anywhere', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  for (const each of [...Object.values(shown), err, summary]) expect(each).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

it('the log holds no command but ours', () => {
  expect(shown.terminal).not.toMatch(/::|##/);
  for (const line of [...err.trim().split('\n'), ...(shown.github ?? '').trim().split('\n')]) {
    expect(line).toMatch(/^::(error|warning) file=[^:,]+,line=\d+,col=\d+,title=[^:,]+::[^\n]*$/);
  }
});

it('Markdown and the job summary hold no link, image, mention, tag or marker of the text', () => {
  expect(summary.trim()).toBe(shown.markdown?.trim());
  const shownMarkdown = shown.markdown ?? '';
  expect(shownMarkdown).not.toMatch(/<(?!\/?(details|summary|sub)\b)/);
  expect(shownMarkdown).not.toMatch(/(?<!\\)\[[^\]]*(?<!\\)\]\(/);
  expect(shownMarkdown).not.toMatch(/@\w|(?<!&)#\d|:\/\/|www\./);
  expect(shownMarkdown).not.toContain('<!--');
  // Rows keep their columns: the bars of the text are escaped.
  for (const row of shownMarkdown.split('\n').filter((line) => line.startsWith('|'))) expect([3, 4, 5]).toContain(row.match(/(?<!\\)\|/g)?.length);
});

it('JUnit is well-formed XML with the text inside', () => {
  const junit = shown.junit ?? '';
  expect(junit).not.toContain('<script');
  expect(junit).not.toContain(']]>');
  const tags = junit.match(/<[^>]*>/g) ?? [];
  const stack: string[] = [];
  for (const tag of tags.slice(1)) {
    const name = /^<\/?([\w-]+)/.exec(tag)?.[1] ?? '';
    if (tag.startsWith('</')) expect(stack.pop()).toBe(name);
    else if (!tag.endsWith('/>')) stack.push(name);
  }
  expect(stack).toEqual([]);
});

it('the JSON formats parse and name the file as the repository does', () => {
  expect(JSON.parse(shown.json ?? '').exit_code).toBe(1);
  const issues = JSON.parse(shown.gitlab ?? '');
  expect(issues).toHaveLength(3);
  expect(issues[0].location).toEqual({ path: FILE, lines: { begin: 7 } });
  expect(new Set(issues.map((issue: { fingerprint: string }) => issue.fingerprint)).size).toBe(3);
  const [run] = JSON.parse(shown.sarif ?? '').runs;
  expect(run.results.map((result: { level: string }) => result.level)).toEqual(['error', 'error', 'warning']);
  const { uri } = run.results[0].locations[0].physicalLocation.artifactLocation;
  expect(uri).toMatch(/^[\w.%()'*!~-]+$/);
  expect(decodeURIComponent(uri)).toBe(FILE);
});
